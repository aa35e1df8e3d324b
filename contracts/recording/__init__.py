"""Records what a client and a service say to each other, and reads it back."""

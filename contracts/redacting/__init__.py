"""Takes out of what was exchanged all that is secret or personal."""

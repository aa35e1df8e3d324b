"""What the parties of a story say to each other: plain clients, and a log of all calls."""

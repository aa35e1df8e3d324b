"""What Bizzcloud promises, tried over its protocols by a plain client."""

"""Plays a story: its stage, what people do on it, and what is read back and judged."""

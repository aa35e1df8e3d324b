"""Plays a story with a real e-Boekhouden, safely."""

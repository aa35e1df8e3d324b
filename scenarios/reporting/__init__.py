"""Tells a run's results: as text, as a page to open, and as files for machines."""

"""Couplings that are broken on purpose, and what catches each."""

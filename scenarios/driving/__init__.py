"""Drives the coupling under test: ours, or a program of any language."""

"""Breaks each call and each commit of the coupling in turn, and reads the books after."""

"""Answers a client from a recording, instead of a service."""

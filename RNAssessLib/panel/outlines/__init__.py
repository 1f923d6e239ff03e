"""Correcting outlines."""

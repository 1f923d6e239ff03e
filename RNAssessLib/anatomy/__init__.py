"""Compartments of the head and the boundaries between them."""

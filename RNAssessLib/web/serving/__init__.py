"""Serving the page: who may connect, what is given out."""

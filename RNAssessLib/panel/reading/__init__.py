"""A reader at work on one case."""

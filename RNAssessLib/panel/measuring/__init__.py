"""Measuring on the images."""

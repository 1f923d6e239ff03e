"""Printed pages and their pictures."""

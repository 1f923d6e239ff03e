"""Measurements shared by several checklist items."""

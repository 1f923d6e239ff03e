"""Dose: indices, isodoses, what-if."""

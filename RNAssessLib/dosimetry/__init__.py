"""Dose fields, histograms, plan indices, BED, isodoses."""

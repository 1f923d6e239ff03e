"""Sentences of the dictated report and their languages."""

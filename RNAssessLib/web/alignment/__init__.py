"""Checking and correcting alignment."""

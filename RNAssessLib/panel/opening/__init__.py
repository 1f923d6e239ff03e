"""Opening a case: which file, which series is what."""

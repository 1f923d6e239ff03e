"""Many cases, one table."""

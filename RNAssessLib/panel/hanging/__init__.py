"""What hangs in which view."""

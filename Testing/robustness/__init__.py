"""Bad input in bulk: every mutation of a real file is refused in one line or does not matter."""

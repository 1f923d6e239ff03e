"""What the reader decided, kept on disk."""

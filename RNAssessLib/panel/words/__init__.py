"""Words, figures, colours and keys that every room uses."""

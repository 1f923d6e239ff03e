"""Assessment to JSON, HTML and pictures."""

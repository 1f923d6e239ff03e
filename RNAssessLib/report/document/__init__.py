"""What a report says, as text, HTML and JSON."""

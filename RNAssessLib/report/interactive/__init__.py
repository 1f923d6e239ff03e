"""Charts that answer to the mouse, as plotly takes them; ``pages`` has their printed sisters."""

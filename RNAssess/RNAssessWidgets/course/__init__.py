"""The clinical course: events, timeline, indices of the course."""

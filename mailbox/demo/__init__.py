"""The demo: a year of post for a few fictional people, delivered by five pseudo-agencies through the real API."""

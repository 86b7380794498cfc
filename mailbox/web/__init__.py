"""HTML for people: server-rendered pages that need no script."""

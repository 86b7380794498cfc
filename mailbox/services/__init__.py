"""One use case a file. Owns the unit of work, asks consent first."""

"""The revisions, oldest first. Written by hand; a test compares their outcome with `tables.py`."""

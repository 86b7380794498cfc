"""Alembic's environment and the revisions. Written by hand; a test compares their outcome with `tables.py`."""

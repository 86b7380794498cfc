"""Mijnoverzicht: the service. Run from the project's root (decision 0001)."""

"""Tools of the developers. Run from the root of the project."""

"""Belastingdienst and Toeslagen: assessments, allowances, and their collection."""

"""JSON for machines: the sender API and its OAuth. Lead is writing this now."""

"""Five pseudo-agencies: each writes letters in its own dialect and sends them through the real sender API."""

"""The reader API `/inzage/v1`: with it, apps do for people what the pages do."""

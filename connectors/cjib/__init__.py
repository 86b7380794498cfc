"""CJIB: traffic fines with their increases, penalty orders, collection."""

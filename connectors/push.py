"""Sending letters through the sender API: nothing lost, nothing twice."""

"""Letters, identifiers, people and the ports of the service. Pure: no I/O, no clock, no async bodies."""

"""SVB: AOW, the AIO supplement, child benefit."""

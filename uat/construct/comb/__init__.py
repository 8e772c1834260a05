"""Combs: rows of soft units of one slope, for smooth functions of one coordinate."""

"""Counts of a database for those who watch over it."""

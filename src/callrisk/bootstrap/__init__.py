"""Puts the parts together: the programs, each with what it needs."""

"""Searches of ended calls, as they are asked and answered."""

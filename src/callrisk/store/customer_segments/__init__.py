"""Segments of customers that persons saved and shared."""

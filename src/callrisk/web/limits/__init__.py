"""Limits on the rate of requests."""

"""Puts together how persons log in."""

"""Endpoints on this machine that speak like AWS, and what is said to them."""

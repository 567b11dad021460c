"""Requests that a client may send twice: each is answered once, and has one effect."""

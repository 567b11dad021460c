"""Outgoing webhooks: what may be asked about them, and what is answered."""

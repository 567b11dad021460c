"""Webhooks of other systems: what administrators do with them, and the sending."""

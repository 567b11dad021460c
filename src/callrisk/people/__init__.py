"""Persons who use the product: login, sessions, keys of services, and who is behind a request."""

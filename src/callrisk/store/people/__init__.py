"""Persons, their sessions, keys of services, and tries to log in."""

"""Logging in by an identity provider (OpenID Connect): the login in progress, and its person."""

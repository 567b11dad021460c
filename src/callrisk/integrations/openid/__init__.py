"""OpenID Connect: an identity provider that logs persons in (code flow with PKCE)."""

"""The way to receivers of webhooks: signed requests, to addresses that were checked."""

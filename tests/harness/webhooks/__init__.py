"""A receiver of webhooks, and what it is made of."""

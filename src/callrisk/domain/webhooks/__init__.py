"""Outgoing webhooks: types of events, subscriptions and deliveries, and which addresses may be."""

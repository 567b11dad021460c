"""Webhooks and their deliveries, which are made of the log of events and outlive any process."""

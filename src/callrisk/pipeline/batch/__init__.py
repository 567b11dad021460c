"""Batch scoring: a table of customers or calls without labels, by an existing model version."""

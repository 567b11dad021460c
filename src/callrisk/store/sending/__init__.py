"""Sending to a CRM: letters that wait, their claims by senders, and counts of requests."""

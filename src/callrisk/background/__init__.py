"""Loops, work queues, retries and crash points for work that runs beside the requests."""

"""Metrics of the processes, for Prometheus."""

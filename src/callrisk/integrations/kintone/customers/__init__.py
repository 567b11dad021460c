"""The customers app: records looked up, notified of, and pulled into a table."""

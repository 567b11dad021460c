"""What is kept of calls that are over, and for how long."""

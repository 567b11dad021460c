"""The facts of calls that are over, and their sums by day."""

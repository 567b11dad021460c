"""The facts that are kept of calls that are over, and for how many days."""

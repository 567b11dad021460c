"""What leaves the analytics app: pages as files, and the report of a month."""

"""Pages of the analytics app saved as files, and the report of a month."""

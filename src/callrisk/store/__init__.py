"""The database: what was heard, what was said of it, and the log of everything that was pushed."""

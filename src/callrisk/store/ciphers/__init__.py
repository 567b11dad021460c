"""Values that stand encrypted in the database."""

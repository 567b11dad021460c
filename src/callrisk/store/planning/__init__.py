"""Plans of what a delivery changes, made before the database is locked."""

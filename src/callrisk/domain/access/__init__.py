"""Who may do what: persons, roles, operations, and the one policy."""

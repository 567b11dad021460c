"""Tables about a whole portfolio and its model."""

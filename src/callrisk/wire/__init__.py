"""Everything that enters or leaves by REST, socket or webhook, and the client that speaks it."""

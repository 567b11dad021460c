"""Notes about calls with their facts, and the escalations that wait."""

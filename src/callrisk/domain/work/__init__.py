"""What agents and supervisors do about a call beside the conversation: outcome, promise, help."""

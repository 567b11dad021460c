"""The work on a call beside the conversation: outcome, promise, help."""

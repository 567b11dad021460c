"""The other process and the Lambda: stream, contact events, gaps, source health."""

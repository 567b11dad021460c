"""What is true whoever asks: calls, customers, features, assessments; no I/O and no framework."""

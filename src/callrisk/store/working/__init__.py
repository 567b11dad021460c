"""What is noted about calls: notes with their facts, and the escalations that wait."""

"""What several turns reveal together: a number dictated in parts, the answer to a question."""

"""Personal data over several turns: a number dictated in parts, the answer to a question."""

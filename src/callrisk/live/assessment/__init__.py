"""The assessment of calls in progress: scores, advice, and the rows that are stored."""

"""Parts of the page of customers: one of them over time, segments, the account of a score."""

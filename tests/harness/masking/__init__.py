"""Numbers and sentences that masking is held against."""

"""The account of a score, and its lines rounded to whole numbers that add up."""

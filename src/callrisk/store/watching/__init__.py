"""What is counted of a database for those who watch over it."""

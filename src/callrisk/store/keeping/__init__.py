"""What is removed once it was kept long enough, and how much is stored."""

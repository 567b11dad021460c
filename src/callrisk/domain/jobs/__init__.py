"""Long jobs: what is asked for, and how far it is."""

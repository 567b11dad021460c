"""Long jobs: what may be asked for, and what is answered of them."""

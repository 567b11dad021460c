"""What run.py does: standard library only, in grammar that Python 3.8 can read."""

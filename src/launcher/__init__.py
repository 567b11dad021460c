"""The parts of run.py: standard library only, in grammar that Python 3.8 can read."""

"""The key ring of an installation: where it is read from, and the commands that change it."""

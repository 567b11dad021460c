"""Recorded calls played again: to a server, into a stream, as the demo, in the terminal."""

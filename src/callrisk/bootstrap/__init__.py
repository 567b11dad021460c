"""The composition of each program: server, ingest, Lambda, and the commands."""

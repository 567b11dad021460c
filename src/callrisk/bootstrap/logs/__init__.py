"""The logs of every process: one fact a line, on the screen and in a file."""

"""The words of a sample call: scenes, call scripts, slot values and spoken turns."""

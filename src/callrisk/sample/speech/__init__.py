"""The words of a sample call: scenes, plots, slots and how a line is said."""

"""The pages of the analytics app, one a file; each is a function `show`."""

"""The pages of the analytics app, each a module with a function `show`."""

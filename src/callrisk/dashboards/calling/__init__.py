"""Parts of the page of whom to call."""

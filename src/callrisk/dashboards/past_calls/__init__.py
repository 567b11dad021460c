"""Parts of the page of calls that are over: what is sought, and one call replayed."""

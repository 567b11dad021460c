"""Who opens an app: the session that the live server knows, at every request and every script."""

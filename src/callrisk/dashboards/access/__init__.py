"""The person who opens an app: asked of the live server at every request and every script."""

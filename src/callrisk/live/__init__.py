"""Calls in progress: hear, assess, tell, end."""

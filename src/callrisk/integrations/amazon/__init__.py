"""Amazon Connect: the stream of what is said, the queue of what happens, and what can be asked."""

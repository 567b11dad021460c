"""The jobs of a server beside its calls, and the calls that it leaves to other servers."""

"""What a server does beside its calls, and what it leaves to other servers on its database."""

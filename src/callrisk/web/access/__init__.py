"""Who asks, and whether that person or system may: login, sessions, the policy at every door."""

"""The operation of a call centre in figures: calls of agents, teams and days compared."""

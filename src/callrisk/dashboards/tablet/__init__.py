"""The screens of the agent's tablet."""

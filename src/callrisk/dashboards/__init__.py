"""The two Streamlit apps: analytics for managers, and the agent's tablet."""

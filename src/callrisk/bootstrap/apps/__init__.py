"""Both Streamlit apps put together."""

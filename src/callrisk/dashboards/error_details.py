"""The display of an error that nobody foresaw: a sentence, or its trace."""

from streamlit import config


def show_traces(*, wanted: bool) -> None:
    """Show traces on the screen of this app, or leave them to its log."""
    config.set_option("client.showErrorDetails", "full" if wanted else "none")

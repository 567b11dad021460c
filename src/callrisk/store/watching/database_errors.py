"""Errors of a database, counted by their kind."""

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

from callrisk.background.tally import Tally


def count_errors(engine: Engine) -> Tally:
    """Return the errors of an engine from now on, by the name of their class."""
    errors = Tally()

    @event.listens_for(engine, "handle_error")
    def on_error(context: ExceptionContext) -> None:
        errors.add(type(context.original_exception).__name__)

    return errors

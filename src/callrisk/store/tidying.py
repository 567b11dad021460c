"""What nobody needs any more is taken out of the log."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, func, select

from callrisk.store import tables
from callrisk.store.writing import writing

# A page that was away for longer reads the calls anew instead of catching up piece by piece.
_KEPT = timedelta(minutes=10)
_AT_ONCE = 5_000


class Tidying:
    """Removes provisional pieces of turns: the finished turn says it all."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reached = 0

    def forget_provisional(self, now: datetime) -> int:
        """Delete pieces told some time ago; how many. In small steps, so that nobody waits."""
        e = tables.events.c
        with writing(self._engine) as connection:
            upto = select(func.max(e.seq)).where(
                e.seq > self._reached, e.seq <= self._reached + _AT_ONCE, e.at < now - _KEPT
            )
            last = connection.execute(upto).scalar_one_or_none()
            if last is None:
                return 0
            provisional = e.payload["provisional"].as_boolean().is_(True)
            pieces = (
                e.seq.between(self._reached + 1, last)
                & (e.type == "transcript_segment")
                & provisional
            )
            removed = connection.execute(delete(tables.events).where(pieces)).rowcount
            self._reached = last
            return int(removed)

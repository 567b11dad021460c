"""The lease on a stream: of several reader processes one reads it, the others stand by.

It ends unless it is renewed, so that another process takes over from one that died. What a process
stores that was frozen meanwhile is refused by the checkpoints, which name their owner.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete

from callrisk.store.connect import connect_tables
from callrisk.store.leases import LEASE_S, moment_of
from callrisk.store.store_away import store_away_reported
from callrisk.store.transaction import insert_into, writing

_S = connect_tables.stream_readers.c


@dataclass(frozen=True, slots=True)
class ReadingLease:
    """The lease of one process on a stream.

    `owner` is its name, which begins with `place`: what earlier runs in its place shared. A process
    that starts in the place of one that died takes its lease over at once.
    """

    engine: Engine
    stream: str
    owner: str
    place: str

    def take(self, now: datetime) -> bool:
        """Take or renew the lease; return False while another process holds it.

        StoreAwayError while the database does not answer.
        """
        with store_away_reported(), writing(self.engine) as connection:
            now = moment_of(connection, now)
            until = now + timedelta(seconds=LEASE_S)
            own = {"owner": self.owner, "until": until}
            # One that ends later than a lease can was written before a clock was set back.
            is_free = (
                _S.owner.startswith(self.place, autoescape=True)
                | (_S.until <= now)
                | (_S.until > now + timedelta(seconds=2 * LEASE_S))
            )
            statement = insert_into(connection, connect_tables.stream_readers)
            written = statement.values(stream=self.stream, **own).on_conflict_do_update(
                index_elements=["stream"], set_=own, where=is_free
            )
            return connection.execute(written.returning(_S.owner)).first() is not None

    def release(self) -> None:
        """Give the lease up, so that another process need not wait for its end."""
        own = (_S.stream == self.stream) & (_S.owner == self.owner)
        with store_away_reported(), writing(self.engine) as connection:
            connection.execute(delete(connect_tables.stream_readers).where(own))

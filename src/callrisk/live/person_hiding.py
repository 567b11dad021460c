"""Hides in stored turns what tells the customer whose record a call was joined with.

Whoever reads the stream knows no records, and a record may come late. So what the follower reads is
looked at once more before it is pushed, and all turns of a call when its record comes. Both may be
repeated; the turns are stored as late parts of a number are, by the way that every turn takes.
"""

import logging
from collections.abc import Callable, Sequence

from callrisk.domain.call_record import LoggedEvent, StoredCall
from callrisk.domain.customer import Customer
from callrisk.domain.masking import KnownPerson, PersonsOfCalls
from callrisk.domain.segment import Segment
from callrisk.store.queries import Queries
from callrisk.store.store_away import STORE_AWAY_ERRORS

logger = logging.getLogger(__name__)


class PersonHiding:
    """Hides the person of a joined record; used under the lock of the follower."""

    def __init__(self, persons: PersonsOfCalls, queries: Queries) -> None:
        self._persons = persons
        self._queries = queries
        # Calls whose stored turns were not looked at since their record came.
        self._joined: set[str] = set()
        self._looked_at = 0
        # Stores turns without what tells the person of a call, and returns True if there were any;
        # whoever takes turns in sets it.
        self.hide: Callable[[str, Sequence[Segment]], bool] = lambda _call_id, _turns: False

    def learn(self, call: StoredCall, customer: Customer | None) -> None:
        """Know the record of a call from now on, or none.

        What was stored of a call that is over stays: what was said is not assessed anew.
        """
        person = None if customer is None else _person(call.call_id, customer)
        if self._persons.learn(call.call_id, person) and call.ended_at is None:
            self._joined.add(call.call_id)

    def forget(self, call_id: str) -> None:
        """Know nothing of a call any more."""
        self._persons.learn(call_id, None)
        self._joined.discard(call_id)

    def hide_joined(self) -> None:
        """Hide in the stored turns of calls what tells those whose records came."""
        for call_id in sorted(self._joined):
            self._hide(call_id, [one.turn for one in self._queries.turns(call_id)])
            self._joined.discard(call_id)

    def hides(self, event: LoggedEvent) -> bool:
        """Hide what a turn tells of its call's customer; return True if it is to be read again.

        That happens once for each event, so that none is read for ever.
        """
        if event.turn is None or event.seq <= self._looked_at:
            return False
        is_known = self._persons.of(event.call_id) is not None
        is_hidden = is_known and self._hide(event.call_id, [event.turn.turn])
        self._looked_at = event.seq
        return is_hidden

    def _hide(self, call_id: str, turns: Sequence[Segment]) -> bool:
        try:
            return self.hide(call_id, turns)
        except STORE_AWAY_ERRORS:
            raise
        except Exception:
            # A call must go on, whatever its words are.
            logger.exception("a name is not hidden in call=%s", call_id)
            return False


def _person(call_id: str, customer: Customer) -> KnownPerson | None:
    try:
        return KnownPerson.of(customer.name, customer.address, customer.kana)
    except Exception:
        # The log of events must go on for all calls, whatever a record holds.
        logger.exception("the customer's name is not known in call=%s", call_id)
        return None

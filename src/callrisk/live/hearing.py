"""Hearing: calls begin, turns are spoken, calls end; each is one write to the log."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from callrisk.domain.call import Segment
from callrisk.integrations.contact_lens import ContactEvent, EventKind, Utterance
from callrisk.live.customers import Customers
from callrisk.live.live_calls import LiveCalls, utc_now
from callrisk.live.wire import call_payload
from callrisk.store.queries import StoredCall
from callrisk.store.store import NewCall, Payload, Store


class Hearing:
    """What every source of calls uses: REST, replayed recordings, a stream."""

    def __init__(
        self, store: Store, live: LiveCalls, customers: Customers,
        now: Callable[[], datetime] = utc_now,
    ) -> None:  # fmt: skip
        self._store = store
        self._live = live
        self._customers = customers
        self._now = now
        # Provisional pieces by call and turn, until the final turn replaces them.
        self._pieces: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)

    def start(self, call: NewCall) -> bool:
        """Begin a call; False when it runs already, OtherCustomerError if with another customer."""
        stored = StoredCall(
            call.call_id, call.customer_id, call.agent_id, call.source, call.demo,
            call.started_at, None, False, False, None,
        )  # fmt: skip
        card = self._customers.card(call.customer_id, call.started_at)
        is_new = self._store.start_call(
            call, call_payload(stored, call.started_at, (0, 0), card, None)
        )
        self._live.wake()
        return is_new

    def hear(self, call_id: str, turns: Sequence[Segment]) -> int:
        """Store turns; how many of them were new or newer."""
        accepted = self._store.hear(call_id, turns, self._now())
        self._live.wake()
        return accepted

    def take(self, event: ContactEvent) -> None:
        """Apply one Contact Lens event to the call of its contact."""
        for turn in event.turns:
            self._pieces.pop((event.contact_id, turn.segment_id), None)
        if event.turns:
            self.hear(event.contact_id, event.turns)
        for piece in event.pieces:
            self._tell_piece(event.contact_id, piece)
        if event.kind in (EventKind.COMPLETED, EventKind.FAILED):
            self._live.finish(event.contact_id)

    def _tell_piece(self, call_id: str, piece: Utterance) -> None:
        pieces = self._pieces[(call_id, piece.transcript_id)]
        pieces[piece.begin_ms] = piece.text
        payload: Payload = {
            "call_id": call_id,
            "segment_id": piece.transcript_id,
            "role": str(piece.role),
            "text": "".join(text for _, text in sorted(pieces.items())),
            "begin_ms": min(pieces),
            "end_ms": piece.end_ms,
            "sentiment": None,
            "provisional": True,
        }
        self._store.tell(call_id, "transcript_segment", self._now(), payload)
        self._live.wake()

"""A database with webhooks, events of calls, and a sender whose clock is moved by hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind
from callrisk.domain.event_types import EventType
from callrisk.domain.language import packaged
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.domain.webhooks.receiver_address import AllowedPlaces
from callrisk.domain.webhooks.webhook import EVENTS_TO_CHOOSE, WebhookEvent
from callrisk.integrations.webhooks.webhook_post import WebhookPost
from callrisk.live.webhooks.webhook_sender import WebhookSender
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.log.appending import NewEvent, append
from callrisk.store.transaction import writing
from callrisk.store.webhooks.kept_webhooks import NewWebhook
from callrisk.store.webhooks.webhook_store import WebhookStore

SECRET = "whsec_" + "c2VjcmV0" * 5 + "czE="
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


@dataclass
class HookBench:
    """One process at the webhooks of a database."""

    engine: Engine
    place: str = "here:"
    moment: datetime = NOON
    timeout_s: float = 5.0
    store: WebhookStore = field(init=False)
    sender: WebhookSender = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self, run: str = "1") -> None:
        """Begin anew, as a process that remembers nothing."""
        self.store = WebhookStore(self.engine, f"{self.place}{run}", self.place)
        post = WebhookPost(AllowedPlaces(own_machine=True), self.timeout_s)
        self.sender = WebhookSender(self.store, post, 90, now=self.now)

    def now(self) -> datetime:
        """The moment of the test."""
        return self.moment

    def hours_pass(self, hours: float) -> None:
        """Move the clock."""
        self.moment += timedelta(hours=hours)

    def hook(self, url: str, *types: WebhookEvent, name: str = "CRM") -> int:
        """Add a webhook, of all types unless some are named."""
        new = NewWebhook(name, url, types or EVENTS_TO_CHOOSE)
        return self.store.kept.add(new, SECRET, self.moment).webhook_id

    def put(self, *events: tuple[str, EventType]) -> Sequence[int]:
        """Append events of calls to the log; return their numbers."""
        with writing(self.engine) as connection:
            new = [NewEvent(call_id, kind, self.moment) for call_id, kind in events]
            return append(connection, new)

    def hear(self, call_id: str, *texts: str, role: str = "CUSTOMER", sequence: int = 0) -> None:
        """Store turns of a call, as a telephony tells them."""
        turns = tuple(
            Segment(f"s{number}", sequence + number, ParticipantRole(role), text,
                    5_000 * number, 5_000 * number + 4_000)
            for number, text in enumerate(texts)
        )  # fmt: skip
        event = AnalysisEvent(call_id, AnalysisKind.SEGMENTS, self.moment, turns)
        Contacts(self.engine, packaged()).take(Delivery([event], self.moment))

    def send(self, webhook_id: int) -> int:
        """Follow the log, then send what is due to a webhook; return how many were taken."""
        self.store.log.step(self.moment)
        return self.sender.send_to(webhook_id)

    def states(self, webhook_id: int) -> list[tuple[str, str, int, str | None]]:
        """Type, state, attempts and problem of each delivery, the oldest first."""
        found = reversed(self.store.kept.deliveries(webhook_id, 1_000))
        return [(str(one.event_type), str(one.state), one.attempts, one.problem) for one in found]

    def until(
        self, holds: Callable[[], bool], hours: float, webhook_id: int, step_hours: float = 0.25
    ) -> float:
        """Send every quarter of an hour until something holds; return after how many hours."""
        began = self.moment
        while not holds():
            assert self.moment < began + timedelta(hours=hours), self.states(webhook_id)
            self.hours_pass(step_hours)
            self.send(webhook_id)
        return (self.moment - began) / timedelta(hours=1)

"""What a test of live calls works with: a clock that stands, and everything around a database."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from callrisk.domain.call_record import LoggedEvent
from callrisk.domain.segment import ParticipantRole, Segment, Sentiment
from callrisk.live.call_intake import CallIntake
from callrisk.live.follower import LiveCalls
from callrisk.store.calls import NewCall, Store
from callrisk.store.queries import Queries


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    moment: datetime = datetime(2025, 1, 1, tzinfo=UTC)
    since_boot: float = 1000.0

    def __call__(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        """Seconds that nobody can set back."""
        return self.since_boot

    def pass_seconds(self, seconds: float) -> None:
        """Move on."""
        self.moment += timedelta(seconds=seconds)
        self.since_boot += seconds


@dataclass
class Bench:
    """Everything around one database; `published` is what went out."""

    store: Store
    queries: Queries
    live: LiveCalls
    intake: CallIntake
    clock: Clock
    published: list[LoggedEvent] = field(default_factory=list)

    def start(self, call_id: str, customer_id: str | None = "1001") -> bool:
        """Begin a call as REST does."""
        call = NewCall(call_id, customer_id, "agent-1", "rest", False, self.clock())
        return self.intake.start(call)

    def told(self, kind: str) -> list[LoggedEvent]:
        """What was published of one kind."""
        return [event for event in self.published if event.type == kind]


def turn(number: int, text: str = "") -> Segment:
    """One customer turn, five seconds after the other, in other words than the one before."""
    text = text or f"{('えっと', 'あのー')[number % 2]}、払えるか不安なんですけど、ちょっと厳しくて"
    begin = 5_000 * number
    return Segment(
        f"s{number}", number, ParticipantRole.CUSTOMER, text, begin, begin + 4_000,
        Sentiment.NEGATIVE,
    )  # fmt: skip


def talk(bench: Bench, call_id: str, turns: int, begin: int = 0) -> None:
    """Some turns, a second apart, each followed by a step of the server."""
    for number in range(begin, begin + turns):
        bench.intake.add_segments(call_id, [turn(number)])
        bench.clock.pass_seconds(1)
        bench.live.step()

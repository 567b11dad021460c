"""After a change of the language stored turns are read again, whatever happens on the way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from callrisk.domain.call import CallTotals
from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind
from callrisk.domain.language import Language, Statement
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.live.servers.rereading import Rereading
from callrisk.store.calls import Ending, Store
from callrisk.store.database import open_database
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.queries import Queries
from callrisk.store.statements.language_in_use import LanguageInUse
from callrisk.store.statements.stale_turns import StaleTurns
from callrisk.store.tables import segments
from callrisk.wire.call import CallSummary
from harness.crashes import dying_at
from harness.echo_language import EchoLanguage
from harness.key_rings import KEYS

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
AGENT, CUSTOMER = ParticipantRole.AGENT, ParticipantRole.CUSTOMER
OLD, NEW = EchoLanguage("echo-1"), EchoLanguage("echo-2")
CALLS = ("c1", "c2", "c3")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database with three calls that were read in the old language."""
    engine = open_database(f"sqlite:///{tmp_path / 'calls.db'}", KEYS)
    LanguageInUse(engine).activate(OLD.version, NOON)
    for call in CALLS:
        hear(engine, call, *(spoken(number) for number in range(5)))
    yield engine
    engine.dispose()


def spoken(number: int, text: str = "") -> Segment:
    """A turn, of the agent and of the customer by turns."""
    role, begin = (AGENT, CUSTOMER)[number % 2], 1_000 * number
    return Segment(f"s{number}", number, role, text or f"発話{number}", begin, begin + 900)


def hear(
    engine: Engine, call: str, *turns: Segment, language: Language = OLD, at: datetime = NOON
) -> None:
    """Deliver turns that a process with some language takes in."""
    event = AnalysisEvent(call, AnalysisKind.SEGMENTS, at, turns)
    Contacts(engine, language).take(Delivery([event], at))


def server(
    engine: Engine, language: Language = NEW, may_activate: bool = True,
    clock: Callable[[], float] = lambda: 100.0,
) -> Rereading:  # fmt: skip
    """The job of a server that starts with a language."""
    stale = StaleTurns(engine, language)
    return Rereading(LanguageInUse(engine), stale, language, may_activate, lambda: LATER, clock)


def finish(job: Rereading) -> int:
    """Let the job do all that is left; return how many turns it read."""
    turns = 0
    while read := job.step():
        turns += read
    return turns


def versions(engine: Engine) -> set[str | None]:
    """The versions that stored turns bear."""
    return {one.language for call in CALLS for one in Queries(engine).turns(call)}


def assert_read(engine: Engine, language: Language) -> None:
    """Every turn says what its call says when it is read in order in this language."""
    for call in CALLS:
        turns = Queries(engine).turns(call)
        whole = language.read([(one.turn.role, one.turn.text) for one in turns])
        assert [one.statements for one in turns] == list(whole)
        assert {one.language for one in turns} == {language.version}


def test_stored_turns_are_read_again_in_their_context(engine: Engine) -> None:
    """The new name stands first; then every turn bears it and says what it says in the call."""
    job = server(engine)
    assert finish(job) == 15
    named = LanguageInUse(engine).named()

    assert named is not None
    assert (named.version, named.since) == (NEW.version, LATER)
    assert_read(engine, NEW)
    assert not job.is_reading


def test_turns_of_a_database_of_before_are_read(engine: Engine) -> None:
    """Nobody has read them yet."""
    with engine.begin() as connection:
        connection.execute(update(segments).values(statements=None, language=None))

    assert finish(server(engine, OLD)) == 15
    assert_read(engine, OLD)


def test_turns_without_words_keep_what_they_said(engine: Engine) -> None:
    """And the version that read them; nothing looks for them again."""
    before = Queries(engine).turns("c1")
    with engine.begin() as connection:
        connection.execute(update(segments).where(segments.c.call_id == "c1").values(sealed=None))

    assert finish(server(engine)) == 10
    after = Queries(engine).turns("c1")
    kept = [(one.statements, one.language) for one in after]
    assert kept == [(one.statements, one.language) for one in before]
    assert any(one.statements for one in after)


@pytest.mark.parametrize(
    "point", ["after_language_named", "before_reread_commit", "after_reread_commit"]
)
def test_a_job_that_dies_is_gone_on_with(
    engine: Engine, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name stands already, what was committed is not read again, and the rest is."""
    monkeypatch.setattr("callrisk.store.statements.stale_turns._TURNS_AT_ONCE", 5)
    with dying_at(point):
        finish(server(engine))
    named, left = LanguageInUse(engine).named(), versions(engine)
    rest = finish(server(engine))

    assert named is not None
    assert named.version == NEW.version
    assert OLD.version in left
    assert rest == (10 if point == "after_reread_commit" else 15)
    assert_read(engine, NEW)


def test_only_calls_in_progress_are_told(engine: Engine) -> None:
    """Whoever looks at one sees what it says now; of an ended one nothing is logged."""
    call = Queries(engine).call("c2")
    assert call is not None
    summary = CallSummary.of(call, NOON, CallTotals(), [], [])
    Store(engine).record_assessments([], [Ending("c2", NOON, "idle", summary, CallTotals())])
    before = Queries(engine).last_seq()
    finish(server(engine))

    told = Queries(engine).events_after(before, 99)
    assert {(one.call_id, one.payload["segment_id"]) for one in told} == {
        (call_id, turn) for call_id in ("c1", "c3") for turn in ("s1", "s3")
    }
    assert all(one.payload["statements"] for one in told)


def test_a_job_that_finds_nothing_looks_again_later(engine: Engine) -> None:
    """It reads what a process with another version stored meanwhile, and says which version."""
    clock = [0.0]
    job = server(engine, clock=lambda: clock[0])
    finish(job)
    assert job.foreign is None
    hear(engine, "c1", spoken(6), at=LATER + timedelta(seconds=1))
    assert job.step() == 0
    clock[0] = 31.0

    assert job.step() > 0
    assert job.foreign == OLD.version
    assert_read(engine, NEW)
    clock[0] = 999.0
    assert job.foreign is None


def test_a_server_whose_version_is_no_longer_named_rests(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """Two of them would undo each other's work for ever; it says so on its log."""
    clock = [0.0]
    old, new = server(engine, OLD, clock=lambda: clock[0]), server(engine, NEW)
    assert finish(old) == 0
    assert finish(new) == 15
    clock[0] = 31.0

    assert finish(old) == 0
    assert_read(engine, NEW)
    assert "language echo-2 is in use, not echo-1" in caplog.text


def test_a_language_that_stands_in_is_not_activated(engine: Engine) -> None:
    """A table with a fault leaves the name and all turns as they are."""
    assert finish(server(engine, may_activate=False)) == 0

    named = LanguageInUse(engine).named()
    assert named is not None
    assert named.version == OLD.version
    assert_read(engine, OLD)


def test_a_first_start_with_a_fault_has_a_language(tmp_path: Path) -> None:
    """Where none was ever named, the one that stands in is."""
    engine = open_database(f"sqlite:///{tmp_path / 'new.db'}", KEYS)
    server(engine, may_activate=False).step()

    named = LanguageInUse(engine).named()
    assert named is not None
    assert named.version == NEW.version
    engine.dispose()


@dataclass(frozen=True)
class Interrupted(EchoLanguage):
    """A language during whose first reading something else happens."""

    version: str = "echo-2"
    meanwhile: list[Callable[[], None]] = field(default_factory=list)

    def answer(self, agent_turn: str, customer_turn: str) -> tuple[Statement, ...]:
        """Let it happen, and read."""
        if self.meanwhile:
            self.meanwhile.pop()()
        return super().answer(agent_turn, customer_turn)


def test_a_turn_that_comes_while_a_batch_is_read_is_context(engine: Engine) -> None:
    """Between reading and writing another process stores a question before an answer."""
    late = Segment("late", 9, AGENT, "遅れた質問", 950, 990)
    language = Interrupted(meanwhile=[lambda: hear(engine, "c1", late)])
    finish(server(engine, language))

    assert not language.meanwhile
    assert_read(engine, NEW)


def test_a_turn_that_comes_while_another_is_taken_in_is_context(engine: Engine) -> None:
    """The same for two processes that take in turns of one call."""
    late = Segment("late", 9, AGENT, "遅れた質問", 5_950, 5_990)
    language = Interrupted(OLD.version, [lambda: hear(engine, "c1", late)])
    answer = Segment("s6", 6, CUSTOMER, "発話6", 6_000, 6_900)
    hear(engine, "c1", answer, language=language)

    assert not language.meanwhile
    assert_read(engine, OLD)

"""Turns that no language or another one has read are found and read, in both kinds of database."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text, update

from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.store.database import open_database
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.queries import Queries
from callrisk.store.statements.language_in_use import LanguageInUse
from callrisk.store.statements.stale_turns import StaleTurns
from callrisk.store.tables import segments
from harness.echo_language import EchoLanguage
from harness.key_rings import KEYS
from harness.old_database import ROW, moved

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ECHO = EchoLanguage("echo-5")


def hear(engine: Engine, call: str, version: str, at: datetime) -> None:
    """Take in a turn that some version reads."""
    turn = Segment("s1", 1, ParticipantRole.CUSTOMER, "払えません", 0, 900)
    event = AnalysisEvent(call, AnalysisKind.SEGMENTS, at, (turn,))
    Contacts(engine, EchoLanguage(version)).take(Delivery([event], at))


def test_every_other_version_is_stale(engine: Engine) -> None:
    """Older, newer or none; what bears the version, or has no words, is not."""
    versions = ["echo-5", "echo-4", "echo-6", "echo-5", "echo-4"]
    for number, version in enumerate(versions):
        hear(engine, f"c{number}", version, NOON + timedelta(minutes=number))
    for call, values in (("c3", {"language": None, "statements": None}), ("c4", {"sealed": None})):
        with engine.begin() as connection:
            connection.execute(update(segments).where(segments.c.call_id == call).values(values))
    batch = StaleTurns(engine, ECHO).batch()

    assert set(batch.call_ids) == {"c1", "c2", "c3"}
    assert batch.versions == {
        "echo-4": NOON + timedelta(minutes=1), "echo-6": NOON + timedelta(minutes=2),
        None: NOON + timedelta(minutes=3),
    }  # fmt: skip


def test_what_is_read_again_is_stale_no_more(engine: Engine) -> None:
    """It bears the version in use and says what this language reads in it."""
    hear(engine, "c1", "echo-4", NOON)
    LanguageInUse(engine).activate(ECHO.version, NOON)
    stale = StaleTurns(engine, ECHO)

    assert stale.read_again(["c1"], NOON) == 1
    (turn,) = Queries(engine).turns("c1")
    assert (turn.statements, turn.language) == (ECHO.understand("払えません"), "echo-5")
    assert stale.batch().call_ids == ()
    assert stale.read_again(["c1"], NOON) == 0


def test_nothing_is_written_once_another_version_is_in_use(engine: Engine) -> None:
    """Its server reads."""
    hear(engine, "c1", "echo-4", NOON)
    LanguageInUse(engine).activate("echo-6", NOON)

    assert StaleTurns(engine, ECHO).read_again(["c1"], NOON) == 0
    assert [one.language for one in Queries(engine).turns("c1")] == ["echo-4"]


def test_the_turns_of_an_old_database_are_stale(engine: Engine) -> None:
    """One of before there were statements opens, and its turns are read."""
    moved(engine, "0004")
    with engine.begin() as connection:
        values = {"call_id": "c-1", "record_id": None, "no": False}
        connection.execute(text(ROW), values)
        connection.execute(text(
            "insert into segments (call_id, segment_id, sequence, role, text, heard_at)"
            " values ('c-1', 's-1', '1', 'CUSTOMER', '払えません', '2026-01-01 00:00:00')"
        ))  # fmt: skip
    opened = open_database(engine.url.render_as_string(hide_password=False), KEYS)
    before = Queries(opened).turns("c-1")
    LanguageInUse(opened).activate(ECHO.version, NOON)
    stale = StaleTurns(opened, ECHO)

    assert [(one.statements, one.language) for one in before] == [((), None)]
    assert stale.read_again(stale.batch().call_ids, NOON) == 1
    (turn,) = Queries(opened).turns("c-1")
    assert turn.statements == ECHO.understand("払えません")
    opened.dispose()


@pytest.mark.parametrize("named", [None, "echo-4", "echo-5"])
def test_one_version_is_in_use(engine: Engine, named: str | None) -> None:
    """Since the moment it was named; naming it again leaves that moment."""
    in_use = LanguageInUse(engine)
    if named is not None:
        in_use.activate(named, NOON)
    before = in_use.activate(ECHO.version, NOON + timedelta(days=1))
    found = in_use.named()

    assert (None if before is None else before.version) == named
    assert found is not None
    since = NOON if named == ECHO.version else NOON + timedelta(days=1)
    assert (found.version, found.since) == (ECHO.version, since)

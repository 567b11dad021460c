"""How the sources of calls are: said as soon as one lags or falls silent, and not before."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from callrisk.domain.outside import ConnectionCheck
from callrisk.domain.time import utc_now
from callrisk.ingest.source_health import Sources, ingest_checks
from callrisk.store.connect.quarantine import Quarantine
from callrisk.store.connect.source_reports import SourceReports, SourceState
from callrisk.store.database import open_database
from harness.key_rings import KEYS
from harness.live_bench import Clock


@pytest.fixture
def reports(tmp_path: Path) -> Iterator[SourceReports]:
    """A fresh database."""
    engine = open_database(f"sqlite:///{tmp_path / 'calls.db'}", KEYS)
    yield SourceReports(engine)
    engine.dispose()


def test_a_source_is_well_late_or_silent(reports: SourceReports) -> None:
    """A reader that lags says by how much; one that says nothing for five seconds is missed."""
    clock = Clock()
    sources = Sources(reports, clock.monotonic)

    def report(behind_ms: int, problem: str | None = None) -> None:
        clock.pass_seconds(1)
        reports.report(SourceState("stream", clock(), behind_ms, problem, {"records": 1}))

    assert sources.look() == []
    report(200)
    assert sources.look()[0].trouble is None
    report(42_000, "ExpiredIteratorException")
    [late] = sources.look()
    assert late.trouble is not None
    assert (late.behind_s, late.reason) == (42, "ExpiredIteratorException")
    assert late.trouble.en == "The stream is 42 s behind."
    report(0)
    assert sources.look()[0].trouble is None
    clock.pass_seconds(5)
    [silent] = sources.look()
    assert silent.trouble is not None
    assert "5" in silent.trouble.ja


def test_what_runs_beside_the_stream_has_no_lag(reports: SourceReports) -> None:
    """Its problem is said in words of its own, and so is its silence."""
    clock = Clock()
    sources = Sources(reports, clock.monotonic)
    for problem in (None, "people: AccessDeniedException", None):
        reports.report(SourceState("connect", clock(), None, problem, {}))
        [found] = sources.look()
        assert (found.trouble is not None, found.reason) == (problem is not None, problem)
        clock.pass_seconds(1)
    clock.pass_seconds(5)
    [silent] = sources.look()

    assert silent.trouble is not None
    assert "stalled" in silent.trouble.en


def test_a_clock_that_is_set_makes_no_source_silent(reports: SourceReports) -> None:
    """Silence is timed by seconds that pass, not by what a clock shows."""
    clock = Clock()
    sources = Sources(reports, clock.monotonic)
    reports.report(SourceState("stream", clock() - timedelta(hours=1), 0, None, {}))

    assert sources.look()[0].trouble is None


def test_a_report_from_ahead_of_our_clock_is_no_fresh_one(tmp_path: Path) -> None:
    """A clock was set back since: whether anybody reads cannot be told from the report."""
    engine = open_database(f"sqlite:///{tmp_path / 'calls.db'}", KEYS)
    reports = SourceReports(engine)

    def lag(ahead: timedelta) -> ConnectionCheck:
        reports.report(SourceState("stream", utc_now() + ahead, 0, None, {}))
        return ingest_checks(reports, Quarantine(engine))[0]

    assert lag(timedelta()).ok
    ahead = lag(timedelta(hours=1))
    engine.dispose()

    assert not ahead.ok
    assert "clock" in ahead.text.en

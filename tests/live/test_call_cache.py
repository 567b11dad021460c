"""How long calls stay in the cache, which came after the contract, and who is known of them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from callrisk.domain.call_end import CallLiveness
from callrisk.domain.language.concerns import packaged_concerns
from callrisk.domain.masking import KnownPerson, PersonsOfCalls
from callrisk.live.call_cache import CallCache
from callrisk.live.live_call import LiveCall
from callrisk.live.person_hiding import PersonHiding
from callrisk.live.served_playbook import ServedPlaybook
from harness.live_bench import Bench, turn


def cache_of(bench: Bench) -> CallCache:
    """A cache of the calls of a database, of whose customers there is no record."""
    return CallCache(
        bench.queries, lambda _call, _customer: None, bench.clock.monotonic, packaged_concerns(),
        ServedPlaybook(), PersonHiding(PersonsOfCalls(), bench.queries),
    )  # fmt: skip


def test_an_ended_call_stays_for_late_turns_and_until_it_is_stored(bench: Bench) -> None:
    """Ten minutes, and longer while its last assessment is not stored; a running one stays."""
    bench.start("ended")
    bench.start("running")
    bench.live.finish("ended")
    cache = cache_of(bench)
    ended = cache.call("ended")

    def kept(seconds: float) -> set[str]:
        bench.clock.pass_seconds(seconds)
        cache.drop_ended(lambda _call_id: True)
        return {call.stored.call_id for call in cache}

    assert not ended.dirty
    assert kept(600) == {"ended", "running"}
    ended.dirty = True
    assert kept(1) == {"ended", "running"}
    ended.dirty = False
    assert kept(0) == {"running"}
    assert cache.call("ended") is not ended


@pytest.mark.parametrize(
    ("began_at", "expected"),
    [
        (datetime(2025, 1, 30, 23, 0, tzinfo=UTC), False),
        (datetime(2025, 1, 31, 14, 59, tzinfo=UTC), False),
        (datetime(2025, 1, 31, 15, 0, tzinfo=UTC), True),
    ],
)
def test_a_call_on_the_day_of_the_contract_is_before_it(
    began_at: datetime, expected: bool, bench: Bench
) -> None:
    """The day is that of Japan, whose midnight is 15:00 UTC."""
    bench.start("c1")
    stored = bench.queries.call("c1")
    assert stored is not None
    call = LiveCall(replace(stored, started_at=began_at), CallLiveness(0.0))
    assert not call.outside_population
    call.contract_date = date(2025, 1, 31)

    assert call.outside_population == expected


def test_hiding_the_customer_is_no_speech(bench: Bench) -> None:
    """The turn keeps when it was heard, and the call ends as long after it as without hiding."""
    bench.start("c1")
    bench.intake.add_segments("c1", [turn(0, "百武のとこに請求書が来て")])
    bench.live.step()
    heard_at = bench.queries.heard_at("c1")
    bench.clock.pass_seconds(600)
    bench.store.persons.learn("c1", KnownPerson.of("百武 三千代"))

    assert bench.intake.hide_person("c1", bench.queries.segments("c1"))
    bench.live.step()
    assert bench.queries.segments("c1")[0].text == "■■のとこに請求書が来て"
    assert bench.queries.heard_at("c1") == heard_at
    bench.clock.pass_seconds(301)
    bench.live.step()
    call = bench.queries.call("c1")
    assert call is not None
    assert call.over_reason == "idle"


def test_a_later_form_of_a_turn_is_speech(bench: Bench) -> None:
    """A correction is heard when it comes."""
    bench.start("c1")
    bench.intake.add_segments("c1", [turn(0)])
    bench.live.step()
    bench.clock.pass_seconds(600)

    bench.intake.add_segments("c1", [replace(turn(0, "払えます"), sequence=7)])
    bench.live.step()
    assert bench.queries.heard_at("c1") == bench.clock()
    bench.clock.pass_seconds(301)
    bench.live.step()
    call = bench.queries.call("c1")
    assert call is not None
    assert call.ended_at is None


def test_a_call_that_is_over_is_not_known_without_the_database(bench: Bench) -> None:
    """It may be removed there while its last turns are still waited for here."""
    bench.start("ended")
    bench.start("running")
    bench.live.step()
    before = [bench.live.knows(call_id) for call_id in ("ended", "running", "never")]
    bench.live.finish("ended")

    assert before == [True, True, False]
    assert [bench.live.knows(call_id) for call_id in ("ended", "running")] == [False, True]

"""What this process wrote itself is followed without being read back, and tells the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import event

from callrisk.domain.call_record import LoggedEvent
from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind
from callrisk.domain.language import packaged
from callrisk.domain.masking import MASK
from callrisk.domain.segment import ParticipantRole
from callrisk.live.own_events import OwnEvents
from callrisk.store.intake import Contacts, Delivery
from harness.live_bench import Bench, turn


@contextmanager
def statements_read(bench: Bench) -> Iterator[list[str]]:
    """The SELECT statements that run meanwhile."""
    seen: list[str] = []

    def note(*arguments: object) -> None:
        if str(arguments[2]).startswith("SELECT"):
            seen.append(str(arguments[2]))

    event.listen(bench.store.engine, "before_cursor_execute", note)
    yield seen
    event.remove(bench.store.engine, "before_cursor_execute", note)


def told_elsewhere(bench: Bench, number: int) -> None:
    """A turn that another process stores on the same database."""
    heard = AnalysisEvent("c1", AnalysisKind.SEGMENTS, bench.clock(), (turn(number),))
    Contacts(bench.store.engine, packaged()).take(Delivery([heard], bench.clock()))


def test_what_is_handed_over_is_what_the_log_says(bench: Bench) -> None:
    """Turns, scores, alerts: equal to what another process reads, field by field."""
    bench.start("c1")
    for number in range(16):
        bench.intake.add_segments("c1", [turn(number, "もう払えません、お金が全然ないんです" * 2)])
        bench.intake.add_segments("c1", [replace(turn(number), segment_id=f"a{number}",
                                                 role=ParticipantRole.AGENT)])  # fmt: skip
        bench.clock.pass_seconds(1)
        bench.live.step()

    assert {one.type for one in bench.published} >= {"transcript_segment", "risk_score_update"}
    assert bench.published == bench.queries.events_after(0, 999)


def test_own_turns_are_not_read_back(bench: Bench) -> None:
    """Neither their events nor their rows."""
    bench.start("c1")
    bench.live.step()
    bench.intake.add_segments("c1", [turn(0)])
    with statements_read(bench) as seen:
        bench.live._follow_alone()

    assert [one.payload["segment_id"] for one in bench.told("transcript_segment")] == ["s0"]
    assert seen == []


def test_what_others_wrote_is_not_late_while_own_turns_come(bench: Bench) -> None:
    """The log is read after a tenth of a second, however much there is to follow."""
    bench.start("c1")
    bench.live.step()
    told_elsewhere(bench, 0)
    bench.intake.add_segments("c1", [turn(1)])
    told_elsewhere(bench, 2)
    bench.live._follow_alone()
    before = len(bench.told("transcript_segment"))
    bench.clock.pass_seconds(0.1)
    bench.intake.add_segments("c1", [turn(3)])
    told_elsewhere(bench, 4)
    bench.live._follow_alone()

    assert before >= 2
    assert len(bench.told("transcript_segment")) == 5


def test_what_others_wrote_between_comes_in_its_order(bench: Bench) -> None:
    """However the two take turns."""
    bench.start("c1")
    for number in range(0, 9, 3):
        bench.intake.add_segments("c1", [turn(number)])
        told_elsewhere(bench, number + 1)
        bench.intake.add_segments("c1", [turn(number + 2)])
        bench.live._follow_alone()

    told = [one.payload["segment_id"] for one in bench.told("transcript_segment")]
    assert told == [f"s{number}" for number in range(9)]
    seqs = [one.seq for one in bench.published]
    assert seqs == list(range(1, len(seqs) + 1))


def test_a_turn_that_is_masked_before_it_is_pushed_is_pushed_masked(bench: Bench) -> None:
    """The number goes on in the next turn, which comes before the follower has looked."""
    bench.start("c1")
    bench.live.step()
    bench.intake.add_segments("c1", [turn(0, "うちは0901")])
    bench.intake.add_segments("c1", [turn(1, "2345678です")])
    bench.live._follow_alone()

    texts = [one.payload["text"] for one in bench.told("transcript_segment")]
    assert texts[0] == f"うちは{MASK * 4}"
    assert not any(char.isdigit() for text in texts for char in text)


def test_what_nobody_follows_is_not_kept_for_ever(bench: Bench) -> None:
    """Then it is read from the log."""
    own = OwnEvents(0)
    bench.start("c1")
    bench.live.step()
    first, *_ = bench.published
    own.put([replace(first, seq=number) for number in range(1, 2_001)])
    assert len(own.after(0)) == 2_000
    own.put([replace(first, seq=2_001)])

    assert not own


def test_what_was_followed_meanwhile_is_not_taken_in(bench: Bench) -> None:
    """The log may be read between a commit and its news."""
    own = OwnEvents(0)
    bench.start("c1")
    bench.live.step()
    first, *_ = bench.published
    own.followed(first.seq)
    own.put([first])

    assert not own


def test_a_call_in_progress_is_known_without_the_database(bench: Bench) -> None:
    """As soon as the follower was told of it; what there is not stays unknown."""
    bench.start("c1")
    bench.live.step()
    with statements_read(bench) as seen:
        known = [bench.live.knows(call_id) for call_id in ("c1", "nobody")]

    assert (known, seen) == ([True, False], [])


def test_news_that_come_late_do_not_bring_the_older_words_back(bench: Bench) -> None:
    """A turn was hidden while the thread that stored it had not told of it yet."""
    own = OwnEvents(0)
    bench.start("c1")
    bench.intake.add_segments("c1", [turn(0, "見本です")])
    bench.live.step()
    (told,) = [one for one in bench.published if one.type == "transcript_segment"]
    older, newer = replace(told, seq=told.seq + 10), replace(told, seq=told.seq + 11)
    own.put([newer])
    own.put([older])

    assert own.known == {newer.seq: newer}
    assert own.after(older.seq - 1) == []


def test_what_another_server_has_hidden_is_read_from_its_row(bench: Bench) -> None:
    """The name that this process still remembers is not pushed."""
    bench.start("c1")
    bench.live.step()
    bench.intake.add_segments("c1", [turn(0, "はい、見本太郎です")])
    masked = replace(turn(0, f"はい、{MASK * 4}です"), sequence=turn(0).sequence + 1)
    heard = AnalysisEvent("c1", AnalysisKind.SEGMENTS, bench.clock(), (masked,))
    Contacts(bench.store.engine, packaged()).take(Delivery([heard], bench.clock()))
    seen = set[int]()

    class Once:
        """Has each event read again once, as a name in it would."""

        def __call__(self, told: LoggedEvent) -> bool:
            is_new = told.turn is not None and told.seq not in seen
            seen.add(told.seq)
            return is_new

    bench.live.hiding.hides = Once()  # type: ignore[method-assign]
    bench.live._follow()

    texts = [one.payload["text"] for one in bench.told("transcript_segment")]
    assert texts
    assert not any("太郎" in text for text in texts)

"""Moments of a transcript: where something is said, masked and added up as in a live call."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callrisk.domain.call import CallState, CallTotals
from callrisk.domain.language import Language, packaged
from callrisk.domain.masking import masked_across, masked_after
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.integrations.spreadsheet.transcripts import ExportTurn
from callrisk.pipeline.dataset import END, SHARES, START
from callrisk.pipeline.preparation.snapshots import MOST_MOMENTS, TranscriptSnapshots, snapshots_of
from callrisk.pipeline.preparation.transcript_reader import TranscriptReader
from harness.made_export import CONTACT, SAID, calls, dataset_of, prepared_of

AGENT, CUSTOMER = ParticipantRole.AGENT, ParticipantRole.CUSTOMER
ASKS, WORRY, PROMISE, NOTHING = (
    "お支払いはいかがですか",
    "今月は払えないです",
    "月末に払います",
    "ええ",
)


@pytest.fixture(scope="module")
def reader() -> TranscriptReader:
    """A reader in the product's language."""
    return TranscriptReader(packaged())


def conversation(*customer: str) -> list[ExportTurn]:
    """What a customer says, each time after a question."""
    return [turn for text in customer for turn in ((AGENT, ASKS), (CUSTOMER, text))]


def cuts(found: TranscriptSnapshots) -> list[int]:
    """The moments, in turns heard."""
    return [cut for cut, _ in found.snapshots]


def test_a_call_is_learnt_from_at_its_start_where_something_is_said_and_at_its_end(
    reader: TranscriptReader,
) -> None:
    """A turn that says nothing about paying is no moment of its own."""
    found = snapshots_of(conversation(NOTHING, WORRY, NOTHING, PROMISE, NOTHING), reader)

    assert cuts(found) == [START, 4, 8, END]
    totals = [each for _, each in found.snapshots]
    assert totals[0] == CallTotals()
    assert [one.turns for one in totals] == [0, 4, 8, 10]
    assert [one.said_statements for one in totals][:3] == [0, 1, 2]
    assert totals[1].said_concern > 0 > totals[2].said_concern - totals[1].said_concern
    assert totals[3] == found.totals


def test_a_statement_in_the_last_turn_is_the_end(reader: TranscriptReader) -> None:
    """No moment stands twice."""
    assert cuts(snapshots_of(conversation(NOTHING, WORRY), reader)) == [START, END]


def test_a_call_in_which_nothing_is_said_has_two_moments(reader: TranscriptReader) -> None:
    """One without turns has only its start."""
    assert cuts(snapshots_of(conversation(NOTHING, NOTHING), reader)) == [START, END]
    assert cuts(snapshots_of([], reader)) == [START]
    assert snapshots_of([], reader).totals == CallTotals()


@pytest.mark.parametrize("statements", [7, 8, 9, 10, 23, 60])
def test_of_many_statements_eight_are_moments(statements: int, reader: TranscriptReader) -> None:
    """Evenly: the first and the last among them, and gaps that differ by a statement at most."""
    found = snapshots_of([*conversation(*[WORRY] * statements), (AGENT, NOTHING)], reader)
    start, *said, end = cuts(found)

    assert (start, end) == (START, END)
    assert len(said) == min(statements, MOST_MOMENTS) == len(set(said))
    assert (said[0], said[-1]) == (2, 2 * statements)
    assert np.ptp(np.diff(said)) <= 2
    assert all(cut % 2 == 0 for cut in said)


@pytest.mark.parametrize("turns", [0, 1, 3, 10, 41])
def test_shares_are_of_the_turns(turns: int, reader: TranscriptReader) -> None:
    """A quarter, a half and three quarters of them, with what was said until there."""
    spoken = conversation(*[WORRY, NOTHING, PROMISE] * turns)[:turns]
    found = snapshots_of(spoken, reader)

    for share, totals in found.shares:
        assert totals == snapshots_of(spoken[: turns * share // 100], reader).totals
    assert [share for share, _ in found.shares] == list(SHARES)


def streamed(spoken: Sequence[ExportTurn], language: Language) -> list[CallTotals]:
    """The totals of a live call before the first turn, and after each."""
    state, before = CallState(language.concerns), ""
    so_far = [state.totals()]
    for number, (role, text) in enumerate(spoken):
        says = language.answer(before, text) if role is CUSTOMER else ()
        state.add(Segment(f"{number:04d}", number, role, text), says)
        before = text if role is AGENT else ""
        so_far.append(state.totals())
    return so_far


_TEXTS = (
    *(ASKS, WORRY, PROMISE, NOTHING, "", "分かりました、大丈夫です", "ちょっと考えさせてください"),
    *("仕事がなくなって", "ほかの借金もあって", "請求がおかしいです", "主人に聞いてみないと"),
)
_SPOKEN = st.lists(
    st.tuples(st.sampled_from(ParticipantRole), st.sampled_from(_TEXTS)), max_size=40
)


@settings(max_examples=60, deadline=None)
@given(_SPOKEN)
def test_a_snapshot_is_the_live_call_at_that_moment(spoken: list[ExportTurn]) -> None:
    """At every moment, every share and the end, the totals of the turns streamed one by one."""
    found = snapshots_of(spoken, TranscriptReader(packaged()))
    live = streamed(spoken, packaged())

    assert found.totals == live[-1]
    for cut, totals in found.snapshots:
        assert totals == live[-1 if cut == END else cut]
    for share, totals in found.shares:
        assert totals == live[len(spoken) * share // 100]


class Listening:
    """A language that understands nothing and keeps what it was asked to read."""

    def __init__(self) -> None:
        self.concerns = packaged().concerns
        self.heard: list[tuple[str, str]] = []

    def answer(self, agent_turn: str, customer_turn: str) -> tuple[()]:
        """Return nothing."""
        self.heard.append((agent_turn, customer_turn))
        return ()


def fully_masked(spoken: Sequence[ExportTurn]) -> dict[str, Segment]:
    """All turns masked with those before them, then across all of them."""
    turns: list[Segment] = []
    for number, (role, text) in enumerate(spoken):
        turn = Segment(str(number), number, role, text)
        turns.append(replace(turn, text=masked_after(turn, turns)))
    found = {turn.segment_id: turn for turn in turns}
    return found | {turn.segment_id: turn for turn in masked_across(turns)}


_PIECES = st.lists(
    st.sampled_from(
        ("090", "1234", "12", "7", "ゼロ", "いち", "に", "まる", "〇", "九", "三百", "の", "、",
         "-", " ", "はい", "えっと", "です", "番号は", "カード番号", "契約番号は", "円", "年",
         "tanaka", "あっと", "gmail", ".", "ドット", "com", "@", "●●●")
    ),
    max_size=4,
).map("".join)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(ParticipantRole), _PIECES), max_size=12))
def test_a_transcript_is_masked_as_all_of_its_turns_are(spoken: list[ExportTurn]) -> None:
    """Only turns that a number may continue in are looked at together: no number is lost by it."""
    language = Listening()
    read = TranscriptReader(language).turns(spoken)  # type: ignore[arg-type]
    wanted = fully_masked(spoken)

    assert [turn for turn, _ in read] == [turn for turn in wanted.values() if turn.role is CUSTOMER]


def test_a_number_dictated_over_several_turns_is_read_masked() -> None:
    """With what the agent says between; neither the question nor the answer shows it."""
    language = Listening()
    spoken = [(AGENT, "番号をお願いします"), (CUSTOMER, "090の"), (AGENT, "はい"),
              (CUSTOMER, "1234の"), (AGENT, "090の1234の"), (CUSTOMER, "5678です")]  # fmt: skip
    read = TranscriptReader(language).turns(spoken)  # type: ignore[arg-type]

    assert [turn.text for turn, _ in read] == ["●●●の", "●●●●の", "●●●●です"]
    assert not any(digit in told for pair in language.heard for told in pair for digit in "0123456")


def test_the_words_of_a_last_call_move_only_what_is_said_in_it(tmp_path: Path) -> None:
    """No feature of what was known sees them, and no row of another call; manner is not in x."""
    rows = calls(40)
    other = [
        row | {SAID: f"(AGENT){ASKS}\n(CUSTOMER){WORRY}\n" * 6} if row[CONTACT] == "c-3-1" else row
        for row in rows
    ]
    plain, moved = (dataset_of(prepared_of(tmp_path, each)) for each in (rows, other))
    [call] = [n for n, one in enumerate(plain.prepared.calls) if one.call_id == "c-3-1"]
    said = [n for n, feature in enumerate(plain.features) if feature.is_said]
    known = [n for n, feature in enumerate(plain.features) if not feature.is_said]

    assert plain.names == moved.names
    ends = [np.flatnonzero((each.call == call) & (each.cut == END))[0] for each in (plain, moved)]
    before, after = plain.x[ends[0]], moved.x[ends[1]]
    np.testing.assert_array_equal(before[known], after[known])
    assert (before[said] != after[said]).any()
    elsewhere = [each.x[each.call != call] for each in (plain, moved)]
    np.testing.assert_array_equal(*elsewhere)
    assert not {feature.name for feature in plain.manner} & set(plain.names)
    assert plain.manner_x.shape == (len(plain.x), len(plain.manner))

"""Which turns answer, repeat and continue personal data: whose they are, and how soon they come."""

import pytest

from callrisk.domain.masking.across.asked_data import masked_answers_across, may_be_answer
from callrisk.domain.masking.frames.kinds import Kind
from callrisk.domain.masking.frames.places import in_answer
from callrisk.domain.masking.frames.saying import Saying
from callrisk.domain.segment import ParticipantRole, Segment

AGENT, CUSTOMER = ParticipantRole.AGENT, ParticipantRole.CUSTOMER
ASKED = {
    Kind.ADDRESS: ("ご住所をお願いします", "大阪市北区です"),
    Kind.BIRTH: ("生年月日をお願いします", "1985の11の23です"),
    Kind.NAME: ("お名前をお願いします", "津留です"),
}


def turn(number: int, role: ParticipantRole, text: str, begin_ms: int | None) -> Segment:
    """A turn of a tenth of a second."""
    end_ms = None if begin_ms is None else begin_ms + 100
    return Segment(f"s{number}", number, role, text, begin_ms, end_ms)


def changed(kind: Kind, *said: tuple[ParticipantRole, str, int | None]) -> list[int]:
    """The places of the turns that are hidden in part as data of a kind."""
    turns = [turn(n, *one) for n, one in enumerate(said)]
    return [int(one.segment_id[1:]) for one in masked_answers_across(turns, kind)]


@pytest.mark.parametrize("kind", [Kind.ADDRESS, Kind.BIRTH])
@pytest.mark.parametrize(("after_ms", "answers"), [(1, True), (8_000, True), (8_001, False)])
def test_an_answer_comes_within_eight_seconds(kind: Kind, after_ms: int, answers: bool) -> None:
    """Counted from the end of the question, whatever number of turns lies between."""
    asked, said = ASKED[kind]
    turns = [(AGENT, asked, 0), *[(AGENT, "はい", 1)] * 12, (CUSTOMER, said, 100 + after_ms)]

    assert changed(kind, *turns) == ([13] if answers else [])


@pytest.mark.parametrize(("between", "answers"), [(0, True), (1, True), (2, False)])
def test_without_times_one_turn_may_stand_between(between: int, answers: bool) -> None:
    """By the numbers of the turns."""
    asked, said = ASKED[Kind.ADDRESS]
    turns = [(AGENT, asked, None), *[(AGENT, "はい", None)] * between, (CUSTOMER, said, None)]

    assert changed(Kind.ADDRESS, *turns) == ([between + 1] if answers else [])


def test_who_asks_repeats_and_only_for_some_time() -> None:
    """The question of an agent counts for the agent's own repeat for twenty seconds, not before."""
    asked, said = ASKED[Kind.ADDRESS]

    assert changed(Kind.ADDRESS, (AGENT, asked, 0), (AGENT, said, 20_100)) == [1]
    assert changed(Kind.ADDRESS, (AGENT, asked, 0), (AGENT, said, 20_101)) == []
    assert changed(Kind.ADDRESS, (AGENT, said, 0), (AGENT, asked, 1_000)) == []


def test_a_name_is_not_repeated_by_who_asks_for_it() -> None:
    """An agent who asks 'for your name' and goes on names the company."""
    asked, said = ASKED[Kind.NAME]

    assert changed(Kind.NAME, (AGENT, asked, 0), (AGENT, said, 1_000)) == []
    assert changed(Kind.NAME, (AGENT, asked, 0), (CUSTOMER, said, 1_000)) == [1]


def test_only_the_kind_that_is_asked_for_is_hidden() -> None:
    """Looking for one kind leaves the answer to a question for another."""
    asked, said = ASKED[Kind.BIRTH]
    turns = ((AGENT, asked, 0), (CUSTOMER, said, 1_000))

    assert changed(Kind.ADDRESS, *turns) == []
    assert changed(Kind.BIRTH, *turns) == [1]


@pytest.mark.parametrize(
    ("kind", "begun", "rest"),
    [(Kind.ADDRESS, "■■■■■の", "3の5です"), (Kind.BIRTH, "■■■の、", "5月、8日です")],
)
def test_the_same_speaker_goes_on_with_what_is_not_yet_told(
    kind: Kind, begun: str, rest: str
) -> None:
    """Right after it; before it, much later, or behind the end of a sentence it tells nothing."""
    assert changed(kind, (CUSTOMER, begun, 0), (CUSTOMER, rest, 8_100)) == [1]
    assert changed(kind, (CUSTOMER, begun, 0), (CUSTOMER, rest, 8_101)) == []
    assert changed(kind, (CUSTOMER, rest, 0), (CUSTOMER, begun, 1_000)) == []
    assert changed(kind, (AGENT, begun, 0), (AGENT, rest, 1_000)) == [1]
    assert changed(kind, (CUSTOMER, begun + "です", 0), (CUSTOMER, rest, 1_000)) == []
    assert changed(Kind.NAME, (CUSTOMER, begun, 0), (CUSTOMER, rest, 1_000)) == []


def test_another_speaker_goes_on_with_no_address() -> None:
    """What it says right after is something else."""
    assert changed(Kind.ADDRESS, (CUSTOMER, "■■■■■の", 0), (AGENT, "3の5です", 1_000)) == []


def test_what_repeats_a_hidden_address_is_the_other_speakers() -> None:
    """The turn of who told it is its own."""
    told, repeat = "東京都■■■■■■です", "鴨川2の5ですね"

    assert changed(Kind.ADDRESS, (CUSTOMER, told, 0), (AGENT, repeat, 8_100)) == [1]
    assert changed(Kind.ADDRESS, (CUSTOMER, told, 0), (AGENT, repeat, 8_101)) == []
    assert changed(Kind.ADDRESS, (CUSTOMER, told, 0), (CUSTOMER, repeat, 1_000)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ご住所をお願いします", True), ("■■■■■の", True), ("3の5です", True),
        ("期限は■■です", True), ("はい", False), ("今月は厳しいです", False),
    ],
)  # fmt: skip
def test_a_turn_that_may_take_part_is_told_from_small_talk(text: str, expected: bool) -> None:
    """Questions, what is told, what goes on; the rest needs no look at its neighbours."""
    assert may_be_answer(text) is expected


def hidden(text: str) -> list[str]:
    """The parts of an answer that are an address."""
    saying = Saying.of(text)
    return [text[begin:end] for begin, end in in_answer(saying)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("大阪市北区、みなみ歯科", ["大阪市北区", "、みなみ歯科"]),
        ("みなみ歯科、大阪市北区", ["、大阪市北区"]),
        ("電話番号は、大阪市北区、3の5", ["、大阪市北区", "、3の5"]),
        (
            "大阪市北区、契約番号の3の5とは書類で見て覚えた分、梅田4の6",
            ["大阪市北区", "、梅田4の6"],
        ),
        ("大阪市北区、お支払いは、4の6", ["大阪市北区"]),
        ("お支払いは、大阪市北区、4の6", ["、大阪市北区", "、4の6"]),
        ("本人の大阪市北区、確認の4の6、5の7", ["本人の大阪市北区"]),
        (
            "えーと、大阪市北区梅田です、あと京都市東山区です",
            ["大阪市北区梅田", "あと京都市東山区"],
        ),
        ("さくら荘、203号室", ["さくら荘", "、203号室"]),
    ],
)
def test_parts_of_an_address_begin_with_a_place_and_end_beside_it(
    said: str, expected: list[str]
) -> None:
    """A name without a place before it is none; what speaks of paying ends an address begun."""
    assert hidden(said) == expected

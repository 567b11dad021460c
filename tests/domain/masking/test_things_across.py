"""Numbers of things that stay readable over several turns, and numbers of persons that do not."""

from dataclasses import replace

import pytest

from callrisk.domain.masking import MASK
from callrisk.domain.segment import ParticipantRole, Segment
from harness.masking.rules import masked_across, masked_after

ROLES = (ParticipantRole.AGENT, ParticipantRole.CUSTOMER)

# Nothing of these is masked. The agent begins.
READABLE: tuple[tuple[str, ...], ...] = (
    ("ご契約番号をお願いします", "0037の118526です", "0037の118526でお間違いないでしょうか"),
    ("ご契約番号を十桁でお願いします", "ぜろぜろいち", "001", "にーきゅーご、よんよんはちなな"),
    ("お申込番号をお願いします", "エー、エル、の、20250、3391", "AL202503391ですね"),
    ("受付番号は20250613-045でございます", "はい、20250613の045"),
    ("はい", "伝票番号なら手元にあります", "お願いします", "4402-7719-30って書いてある"),
    ("And your contract number?", "Three zero seven seven one two."),
    ("バーコード番号を読み上げていただけますか", "91 908765 4400 1122 3344 かな"),
    ("お電話番号は結構です、契約番号をお願いします", "20458813です", "20458813ですね"),
    ("お問い合わせは0120 000 736まで", "フリーダイヤル ゼロイチニーゼロの ゼロゼロゼロの 七三六"),
    ("法テラスという窓口の番号は0570の078374でございます", "0570-078374ですね"),
)
# The digits of the last turn are hidden.
HIDDEN: tuple[tuple[str, ...], ...] = (
    ("ご契約番号をお願いします", "わからないので、09012345678で"),
    ("ご契約番号をお願いします", "4111111111111111です"),
    ("ご契約番号をお願いします", "0901234です"),
    ("ご契約番号をお願いします", "電話番号なら3344556です"),
    ("年金の基礎番号をお願いします", "4812の307751です"),
    ("お電話番号か契約番号をお願いします", "3344556です"),
    ("契約番号は20458813ですね", "はい", "では口座番号をお願いします", "3344556です"),
    ("契約番号は20458813ですね", "はい", "では暗証番号をお願いします", "2045です"),
    ("契約番号は20458813ですね", *("はい",) * 6, "20458814です"),
    ("口座番号をどうぞ", "口座番号は0120556789です"),
    ("お電話番号をどうぞ", "08005556789です"),
    ("ご登録の番号を市外局番からお願いします", "045の", "はい", "0193の6624です"),
)


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("said", READABLE)
def test_the_number_of_a_thing_stays_readable(said: tuple[str, ...], *, timed: bool) -> None:
    """And masking the call once more, now that all is known, changes nothing."""
    turns = _arrived(_turns(said, timed=timed))

    assert [turn.text for turn in turns] == list(said)
    assert masked_across(turns) == []


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("said", HIDDEN)
def test_the_number_of_a_person_is_hidden(said: tuple[str, ...], *, timed: bool) -> None:
    """By its form, by its own word, or because the last question was for one."""
    last = _arrived(_turns(said, timed=timed))[-1].text

    assert MASK in last
    assert not any(char.isdigit() for char in last)


def test_a_question_that_comes_too_late_makes_nothing_readable() -> None:
    """What is hidden stays hidden."""
    asked, answer = _turns(("ご契約番号をお願いします", "20458813です"), timed=True)

    assert [turn.text for turn in _arrived([answer, asked])] == [f"{MASK * 8}です", asked.text]


def test_a_thing_asked_for_long_ago_is_forgotten() -> None:
    """After forty seconds digits without a word are somebody's again."""
    asked, answer = _turns(("ご契約番号をお願いします", "20458813です"), timed=True)
    late = replace(answer, begin_ms=60_000, end_ms=61_000)

    assert _arrived([asked, late])[1].text == f"{MASK * 8}です"


def _turns(said: tuple[str, ...], *, timed: bool) -> list[Segment]:
    """Turns of agent and customer, two seconds each."""
    turns = [Segment(f"s{n}", n, ROLES[n % 2], text) for n, text in enumerate(said)]
    if not timed:
        return turns
    return [
        replace(turn, begin_ms=n * 2_000, end_ms=n * 2_000 + 1_500) for n, turn in enumerate(turns)
    ]


def _arrived(turns: list[Segment]) -> list[Segment]:
    """The turns after all came one by one, in this order."""
    known: dict[str, Segment] = {}
    for turn in turns:
        new = replace(turn, text=masked_after(turn, known.values()))
        known[turn.segment_id] = new
        known |= {one.segment_id: one for one in masked_across([*known.values()])}
    return [*known.values()]

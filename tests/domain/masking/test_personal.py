"""Names, addresses, dates of birth, ends of cards and passwords; numbers that name nobody."""

from dataclasses import replace
from itertools import permutations

import pytest

from callrisk.domain.masking import MASK, Kind, Masking
from callrisk.domain.segment import OtherRole, ParticipantRole, Segment
from harness.masking.personal_cases import ANSWERS, FRAMED, IN_DISGUISE, REPEATED, THINGS
from harness.masking.rules import RULES

AGENT, CUSTOMER = ParticipantRole.AGENT, ParticipantRole.CUSTOMER


@pytest.mark.parametrize(("said", "shown"), FRAMED)
def test_what_stands_in_a_frame_is_hidden(said: str, shown: str) -> None:
    """The words of the frame stay, and masking twice is masking once."""
    assert RULES.masked(said) == shown
    assert RULES.masked(shown) == shown


@pytest.mark.parametrize(("asked", "said", "shown"), ANSWERS)
def test_the_answer_to_a_question_is_hidden(asked: str, said: str, shown: str) -> None:
    """Only as an answer; the question stays."""
    texts = _call(asked, said)

    assert texts == [asked, shown]


@pytest.mark.parametrize(("told", "said", "shown"), REPEATED)
def test_what_repeats_a_hidden_turn_is_hidden(told: str, said: str, shown: str) -> None:
    """And stays where nothing was hidden before it."""
    assert _call(told, said)[1] == shown
    assert _call("はい", said)[1] == said


@pytest.mark.parametrize("said", THINGS)
def test_what_names_nobody_stays(said: str) -> None:
    """Numbers of things, sums, places and makes of cars."""
    assert RULES.masked(said) == said


@pytest.mark.parametrize("said", IN_DISGUISE)
def test_a_card_is_one_whatever_is_said_before_it(said: str) -> None:
    """By its checksum, and a telephone by its first digits and its length."""
    assert not any(char.isdigit() for char in RULES.masked(said))


def test_a_code_said_one_digit_a_turn_is_hidden() -> None:
    """Each digit soon after the question, with the agent between."""
    texts = _call("セキュリティコードをお願いします", "さん", "はい", "いち", "はい", "ななです")

    assert texts[1::2] == [MASK * 2, MASK * 2, f"{MASK * 2}です"]


def test_the_order_of_arrival_is_irrelevant() -> None:
    """Question, answer and what repeats it end the same in whatever order they come."""
    said = ("生年月日をお願いします", "1985の11の23です", "1985年11月23日ですね", "はい")
    ends = {
        tuple(text for _, text in sorted(_arriving([_turn(n, said[n]) for n in order]).items()))
        for order in permutations(range(len(said)))
    }

    assert len(ends) == 1
    assert not any(char.isdigit() for text in ends.pop() for char in text)


@pytest.mark.parametrize("role", OtherRole)
def test_whoever_speaks_is_masked(role: OtherRole) -> None:
    """A bot asks, a supervisor dictates over several turns: no party of the call, but heard."""
    said = (
        "暗証番号をお願いします",
        "4649です",
        "電話は090",
        "1234",
        "5678です",
        "taro",
        "@ドコモ",
    )
    roles = (role, CUSTOMER, role, role, role, role, role)
    turns = [replace(_turn(n, text), role=roles[n]) for n, text in enumerate(said)]

    assert not any(char.isdigit() for text in _arriving(turns).values() for char in text)


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_that_is_off_stays_readable(kind: Kind) -> None:
    """And the others are hidden as before."""
    said = {
        Kind.NUMBER: "電話は090-1234-5678です",
        Kind.MAIL: "taro@example.comです",
        Kind.BIRTH: "昭和五十三年四月十二日です",
        Kind.EXPIRY: "有効期限は2028年12月です",
        Kind.PASSWORD: "パスワードはkuruma88です",
        Kind.ADDRESS: "久留米市あおば町4-17ですね",
        Kind.NAME: "鈴木と申します",
    }
    masking = Masking(frozenset(Kind) - {kind}, tagger=None)
    shown = {one: masking.masked(text) for one, text in said.items()}

    assert {one for one, text in shown.items() if text == said[one]} == {kind}


def test_hidden_turns_are_counted_by_kind() -> None:
    """What is hidden already counts no more."""
    masking = Masking(tagger=None)
    for said in ("鈴木と申します", "佐藤様ですね", "090-1234-5678です", "はい"):
        masking.masked(masking.masked(said))

    assert masking.counts == {Kind.NAME: 2, Kind.NUMBER: 1}


def _call(*said: str) -> list[str]:
    """What is shown of turns of agent and customer, by turns."""
    return [text for _, text in sorted(_arriving([*map(_turn, range(len(said)), said)]).items())]


def _arriving(turns: list[Segment]) -> dict[int, str]:
    """The texts of turns by number, each masked as it arrives."""
    known: dict[str, Segment] = {}
    for turn in turns:
        known[turn.segment_id] = turn
        known |= {one.segment_id: one for one in RULES.masked_across([*known.values()])}
    return {turn.sequence: turn.text for turn in known.values()}


def _turn(number: int, text: str) -> Segment:
    role = AGENT if number % 2 == 0 else CUSTOMER
    begin = number * 4_000
    text = RULES.masked(text)
    return Segment(f"s{number}", number, role, text, begin, begin + 3_500)


# Nothing of the last turn is hidden, though the first may ask for personal data.
UNASKED = (
    ("生年月日や番号はここでは結構です", "ゲルカヤノ31、19,800円です"),
    ("パスワードはおっしゃらなくて大丈夫です", "E502って出とる"),
    ("お振込の期限が今月三十日です", "払込票番号は5081-6634-0027です"),
    ("ご住所もお願いします", "契約番号K-339201と一致いたしました"),
    ("合言葉をお願いします", "忘れました"),
    ("合言葉をお願いします", "電話でそれを言うんですか?"),
    ("秘密の質問の答えをどうぞ", "ちょっと待って、わからないです"),
    ("パスワードの変更をお願いします", "あとでやっておきます"),
    ("お名前をお願いします", "名乗るほどの者じゃない"),
    ("ご契約者様のお名前をどうぞ", "はい"),
    ("生年月日をお願いします", "では10月5日にお電話いたします"),
    ("生年月日をお願いします", "次回のお届けは5月2日です"),
    ("有効期限をお願いします", "お支払いは38,500 yenです"),
    ("パスワードをお願いします", "機種はWX3600HPです"),
    ("パスワードが通りません", "ERR-4012ってあります"),
    ("設立は何年でしょうか", "平成五年です"),
    ("配送先はどちらですか", "北海道は1,980円ですか"),
    ("領収書のお名前をお願いします", "空欄でいいです"),
    ("生年月日をお願いします", "ご契約は来月1日からです"),
    ("合言葉は何文字でしょうか", "五文字です"),
)


@pytest.mark.parametrize(("asked", "said"), UNASKED)
def test_refusals_and_other_matters_stay(asked: str, said: str) -> None:
    """What was not asked for, or is no answer, is no personal data."""
    assert _call(asked, said) == [asked, said]


def test_an_answer_may_come_in_parts_and_late() -> None:
    """The asker says nothing but はい between."""
    texts = _call(
        "生年月日をお願いします", "昭和の五十八年", "はい", "四月の", "はい", "二十日生まれ"
    )

    assert texts[1::2] == ["■■■■■■■", "■■の", "■■■生まれ"]


def test_an_address_goes_on_where_it_was_broken_off() -> None:
    """With the number of a house alone."""
    texts = _call("番地をお願いします", "1の12の、", "はい", "9で、メゾン淀の904号")

    assert texts[3] == f"{MASK}で、■■■■■■■■■"

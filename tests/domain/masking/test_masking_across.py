"""Numbers that a speaker dictates turn by turn, hidden in whatever order the turns arrive."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callrisk.domain.masking import may_hold_number
from callrisk.domain.segment import ParticipantRole, Segment
from harness.masking.rules import masked, masked_across
from harness.processor import expect_work

AGENT, CUSTOMER = ParticipantRole.AGENT, ParticipantRole.CUSTOMER
_PIECES = (
    *("090", "1234", "12", "7", "●●", "4242", "２０", "0", "20261124", "2026-11-24", "1,234"),
    *("ゼロ", "キュー", "いち", "に", "さん", "よん", "ご", "く", "まる", "ﾊﾁ", "ｾﾞﾛ", "ナナ"),
    *("〇", "九", "一二", "三", "○", "五", "十", "千", "万"),
    *(
        "の",
        "、",
        "ー",
        "-",
        " ",
        "はい",
        "えっと",
        "です",
        "ですね",
        "で",
        "ハイフン",
        "。",
        "次が",
    ),
    *(
        "円",
        "年",
        "回",
        "ヶ月",
        "番",
        "は",
        "電話",
        "番号は",
        "残高は",
        "山田",
        "お客",
        "葉",
        "ち",
        "@",
    ),
    *("ニ", "サン", "ニー", "ゴ", "○", "令和", "まで", "第", "緒", "~"),
    *("アットマーク", "ドット", "コム", "a", "た"),
    *("メールは", "tanaka", "gmail", "あっと", ".", "com", "タナカ"),
    *("千二百三十四", "四千百十一", "三百", "し", "、三千", "百円"),
    *(
        "せんにひゃく",
        "よんじゅう",
        "じゃなくて",
        "five",
        "oh",
        "丸",
        "オー",
        "ネン",
        "契約日は",
        "と",
    ),
)
_MORE = ("よーん", "にち", "じゅう", "まんえん", ".5", " at ", "R6.1.2", ",", "番号はさん", "九百")
texts = st.lists(st.sampled_from(_PIECES + _MORE), max_size=9).map("".join)
times = st.integers(0, 60_000)


@st.composite
def calls(draw: st.DrawFn) -> list[Segment]:
    """A call of a few turns with and without times, some of one number."""
    turns = []
    for number in range(draw(st.integers(1, 6))):
        begin = draw(st.none() | times)
        turns.append(
            Segment(
                segment_id=f"s{number}",
                sequence=draw(st.integers(0, 20)),
                role=draw(st.sampled_from(ParticipantRole)),
                text=masked(draw(texts)),
                begin_ms=begin,
                end_ms=None if begin is None else begin + draw(st.integers(0, 9_000)),
            )
        )
    return turns


def _after(turns: Iterable[Segment]) -> dict[str, Segment]:
    known = {turn.segment_id: turn for turn in turns}
    return known | {turn.segment_id: turn for turn in masked_across([*known.values()])}


def _shown(*said: str, gap_ms: int = 1_000) -> list[str]:
    """What is shown of turns that alternate customer and agent."""
    turns = [
        Segment(f"s{n}", n, (CUSTOMER, AGENT)[n % 2], masked(text), n * gap_ms, n * gap_ms + 500)
        for n, text in enumerate(said)
    ]
    return [turn.text for turn in _after(turns).values()]


@settings(max_examples=400, deadline=None)
@given(calls(), st.data())
def test_order_of_arrival_changes_nothing(turns: list[Segment], data: st.DataObject) -> None:
    """Turns masked after each arrival, in any order and with repeats, end as masked at once."""
    arrivals = data.draw(st.permutations(turns)) + data.draw(st.lists(st.sampled_from(turns)))
    known: dict[str, Segment] = {}
    for turn in arrivals:
        known = _after([*{**known, turn.segment_id: turn}.values()])

    assert known == _after(turns)


@settings(max_examples=400, deadline=None)
@given(texts)
def test_masking_keeps_length_and_masks_nothing_twice(text: str) -> None:
    """A masked text is as long as before and masking it again changes nothing."""
    once = masked(text)

    assert len(once) == len(text)
    assert masked(once) == once


@given(st.text())
def test_any_text_keeps_its_length(text: str) -> None:
    """Whatever a turn holds, its length stays, and so does what is masked."""
    once = masked(text)

    assert len(once) == len(text)
    assert masked(once) == once


@settings(max_examples=200, deadline=None)
@given(calls(), st.lists(st.integers(0, 5), max_size=3))
def test_more_turns_only_mask_more(turns: list[Segment], left_out: list[int]) -> None:
    """Whatever is masked without some turns is masked with them."""
    fewer = [turn for number, turn in enumerate(turns) if number not in left_out]
    all_turns = _after(turns)

    for number, turn in _after(fewer).items():
        shown = zip(turn.text, all_turns[number].text, strict=True)
        assert all(more in {less, "●", "＊"} for less, more in shown)


@given(calls())
def test_turn_without_digits_at_an_edge_is_never_changed(turns: list[Segment]) -> None:
    """The quick look says no only to turns that no company changes."""
    changed = {turn.segment_id for turn in masked_across(turns)}

    assert all(may_hold_number(turn.text) for turn in turns if turn.segment_id in changed)


# A tracer of lines would make the text itself look slow.
@pytest.mark.no_cover
@pytest.mark.parametrize("piece", ["あ123", "番号は1", "090、あ", "●●●あ", "四千百十一あ", "1の"])
def test_hostile_turns_cost_no_more_than_their_length(piece: str) -> None:
    """Two turns of fifty thousand characters of numbers are read in seconds, not minutes."""
    text = piece * (50_000 // len(piece))
    turns = [Segment(f"s{n}", n, CUSTOMER, text, n * 1_000, n * 1_000 + 500) for n in range(2)]

    expect_work(lambda: masked_across(turns), below=500, tries=1)


def test_number_in_parts_is_hidden_across_aizuchi() -> None:
    """Parts of one speaker join whatever the other says between."""
    shown = _shown("えっと、ゼロキュー", "はい", "ゼロ、あと12", "はい、12ですね", "34")

    assert shown == ["えっと、●●●●●", "はい", "●●、あと●●", "はい、12ですね", "●●"]


@pytest.mark.parametrize(
    "said",
    [
        "三十六回払いです",
        "二千二十四年三月ですね",
        "2024.11.23に63.5万円引き落としでした",
        "にじゅうよんかげつです",
        "じゅうがつじゅうさんにちからお願いします",
        "にせんにじゅうよねんの契約です",
        "ごじゅうよんまんえんです",
        "ろくまんせん円の請求です",
        "ななじゅうに回で",
        "二十四回、12回でも",
        "普通に5万円です",
    ],
)
def test_amount_right_behind_a_number_stays(said: str) -> None:
    """What carries a unit is no part of the number that was dictated just before."""
    shown = _shown("090の1234の", "はい", "5678です", "はい", said)

    assert shown == ["●●●の●●●●の", "はい", "●●●●です", "はい", said]


def test_parts_too_far_apart_are_no_number() -> None:
    """More than fifteen seconds of pause end a number."""
    assert _shown("数は12", "", "34", "", "56", "", "78", gap_ms=8_000)[0] == "数は12"


def test_parts_without_times_join_over_six_turns() -> None:
    """Without times six turns may lie between two parts, not seven."""
    parts = [Segment(f"s{n}", n, CUSTOMER, "はい、12") for n in (1, 8)]
    last = Segment("s16", 16, CUSTOMER, "345")
    more = Segment("s15", 15, CUSTOMER, "345")

    assert masked_across([*parts, last]) == []
    assert [turn.text for turn in masked_across([*parts, more])] == ["はい、●●"] * 2 + ["●●●"]


def test_only_the_text_of_a_turn_changes() -> None:
    """A replaced turn keeps its id, times and mood."""
    turns = [Segment(f"s{n}", n, CUSTOMER, "12、34", n, n) for n in range(2)]

    assert masked_across(turns) == [replace(turn, text="●●、●●") for turn in turns]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            ("ゼロ", "はい", "キュウ", "", "ゼロ", "", "いち", "", "に", "", "さん", "", "よん"),
            ("●●", "はい", "●●●", "", "●●", "", "●●", "", "●", "", "●●", "", "●●"),
        ),
        (
            ("〇八〇の", "", "千二百三十四", "千二百三十四ですね", "五千六百七十八です"),
            ("●●●の", "", "●●●●●●", "●●●●●●ですね", "●●●●●●●です"),
        ),
        (
            ("四千百十一の", "はい", "千百十一", "はい", "千百十二です"),
            ("●●●●●の", "はい", "●●●●", "はい", "●●●●です"),
        ),
        (
            ("090の1234の5678です", "7890、失礼しました、5678ですね", "はい", "3500円です"),
            ("●●●の●●●●の●●●●です", "●●●●、失礼しました、●●●●ですね", "はい", "3500円です"),
        ),
    ],
)
def test_what_is_a_digit_only_in_company_is_hidden_in_it(
    said: tuple[str, ...], shown: tuple[str, ...]
) -> None:
    """Turns of に or さん, of a group by place value, and what repeats one, go with a number."""
    assert _shown(*said) == list(shown)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            ("メールはtanaka", "はい", "アットマークgmailドットcomです"),
            ("メールは＊＊＊＊＊＊", "はい", "＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊です"),
        ),
        (
            ("はい、ｔａｎａｋａ", "", "アットマーク", "", "gmail", "", "ドットcomです"),
            ("はい、＊＊＊＊＊＊", "", "＊＊＊＊＊＊", "", "＊＊＊＊＊", "", "＊＊＊＊＊＊です"),
        ),
        (
            (
                "タナカイチローの",
                "",
                "あっとまーくヤフーどっとシーオー",
                "",
                "ドットジェーピーです",
            ),
            ("＊＊＊●●＊＊の", "", "＊" * 16, "", "＊" * 8 + "です"),
        ),
        (
            ("アドレスはtanaka@", "はい", "gmail.com"),
            ("アドレスは＊＊＊＊＊＊＊", "はい", "＊＊＊＊＊＊＊＊＊"),
        ),
        (
            ("アドレスは T の A の N の K の Aです", "はい", "アットマーク ジーメール ドット コム"),
            (
                "アドレスは ＊ ＊ ＊ ＊ ＊ ＊ ＊ ＊ ＊です",
                "はい",
                "＊＊＊＊＊＊ ＊＊＊＊＊ ＊＊＊ ＊＊",
            ),
        ),
    ],
)
def test_address_in_parts_is_hidden(said: tuple[str, ...], shown: tuple[str, ...]) -> None:
    """Both parts of an address are hidden wherever a speaker parts it."""
    assert _shown(*said) == list(shown)


@pytest.mark.parametrize(
    "said",
    [
        ("プランはiPhoneの24ヶ月", "はい", "3.5パーセントです"),
        ("プランは A の B です", "はい", "3.5パーセントです"),
        ("taro@example.comです", "はい", "3.5パーセントの24回で", "はい", "24GBのプランです"),
        ("3500円です", "はい", "taro@example.comです"),
        ("名前は後ほどです", "はい", "taro@example.comです"),
    ],
)
def test_what_stands_beside_an_address_stays(said: tuple[str, ...]) -> None:
    """Amounts and names around an address that is whole are not part of it."""
    shown = zip(said, _shown(*said), strict=True)

    assert all(text == seen for text, seen in shown if "@" not in text)


@pytest.mark.parametrize(
    "said",
    [
        ("三千五百です", "はい", "四千五百です", "はい", "五千です"),
        ("に", "はい", "さん", "はい", "し"),
        ("頭金が三千五百五十円", "三千五百五十円ですね", "はい、二十四回です", "二十四回"),
        ("千二百三十四です", "はい", "五千六百七十八です"),
    ],
)
def test_amounts_and_words_of_their_own_stay(said: tuple[str, ...]) -> None:
    """Without company that is certain neither a sum nor a syllable is a number."""
    assert _shown(*said) == list(said)


@pytest.mark.parametrize(
    "said",
    [
        "とのニいち●●",
        "ちニーよん12。",
        "千、○ニーナナ九",
        "○令和回ニキュー２０",
        "お客ニーキューご",
    ],
)
def test_masking_a_part_shows_no_more_digits_beside_it(said: str) -> None:
    """A word that masked digits would make a digit is one from the start."""
    turns = _after([Segment("s0", 0, CUSTOMER, said), Segment("s1", 1, CUSTOMER, "1234567")])

    assert turns["s0"].text != said
    assert _after(turns.values()) == turns

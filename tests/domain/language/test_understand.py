"""What turns say, and where: by sentences, and by properties that hold for every text."""

import json
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callrisk.domain.language import Intent, Mood, Statement, understand
from callrisk.pipeline.language.corpus import ASIDE
from harness.processor import expect_work


def said(text: str) -> set[Intent]:
    """Return the intents that a turn asserts."""
    return {one.intent for one in understand(text) if one.counts}


def phrases(text: str) -> dict[Intent, str]:
    """Return the words that each asserted intent was found in."""
    return {one.intent: text[one.begin : one.end] for one in understand(text) if one.counts}


def aside_texts() -> Iterator[str]:
    """Yield what customers say in the sentences that tune nothing."""
    for file in sorted(ASIDE.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            sides = [row["a"], row["b"]] if "a" in row else [row]
            yield from (side.get("text") or side["customer"] for side in sides)


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("毎月の支払いが少し厳しいかもしれません。", "hardship"),
        ("月々の支払いが苦しいです。", "hardship"),
        ("生活が苦しいんです。", "hardship"),
        ("もう夜逃げします。", "refusal"),
        ("隣の人が夜逃げしました。", ""),
        ("毎月カツカツです。", "hardship"),
        ("家計は火の車です。", "hardship"),
        ("支払いがきつくないわけではないんですよね。", "hardship"),
        ("今年の夏は暑さが厳しいですね。", ""),
        ("寒さが厳しいので風邪をひきました。", ""),
        ("先生が厳しいです。", ""),
        ("坂がきついです。", ""),
        ("靴がきついです。", ""),
        ("体重が減りました。", ""),
        ("毎月の支払いは全然厳しくないです。", "capacity"),
        ("毎月の支払いは全然苦しくないです。", "capacity"),
        ("返済は全然きつくないです。", "capacity"),
        ("お金には困っていません。", "capacity"),
        ("支払いが厳しいわけではないです。", "capacity"),
        ("払えないことはないです。", "capacity"),
        ("滞納したことは一度もありません。", ""),
        ("延滞したことは一度もないです。", ""),
        ("自己破産したことはありません。", ""),
        ("借金はありません。", ""),
        ("解約したくありません。", ""),
        ("払わないとは言っていません。", ""),
        ("払うつもりはありません。裁判でもなんでもどうぞ。", "refusal"),
        ("払う気はありません。", "refusal"),
        ("一円も払うつもりはないです。", "refusal"),
        ("絶対に払いませんから。", "refusal"),
        ("払う義理はないです。", "refusal"),
        ("先月クビになって収入がゼロなんです。", "income_loss"),
        ("先月リストラされました。", "income_loss"),
        ("給料が下がりました。", "income_loss"),
        ("仕事を辞めたので収入がありません。", "income_loss"),
        ("無職です。", "income_loss"),
        ("払えるわけがないです。", "inability"),
        ("支払いはできないです。", "inability"),
        ("今月は入金ができないんです。", "inability"),
        ("振込できないです。", "inability"),
        ("今、弁護士さんに自己破産をお願いしてまして、もうお支払いはできないんです。", "inability"),
        ("お支払いはちょっと厳しいです。", "inability"),
        ("来週なら支払いできます。", "capacity"),
        ("支払いはコンビニでできますか。", ""),
        ("支払いができなかった場合はどうなりますか。", ""),
        ("払う必要はないと思います。", "refusal"),
        ("払う義務はないでしょう。", "refusal"),
        ("払う義務があるのは承知しています。", "obligation_ack"),
        ("さっき振り込みました。", "resolved"),
        ("払わなければなりません。", "obligation_ack"),
        ("支払いを待ってもらえませんか。", "delay_request"),
        ("納得していません。", "dispute"),
        ("来週お支払いいたします。", "promise"),
        ("解約したいです。", "cancellation"),
    ],
)
def test_a_sentence_says(text: str, intents: str) -> None:
    """What is meant counts, not the word: topics, negations and double negations decide."""
    assert said(text) == set(map(Intent, intents.split()))


@pytest.mark.parametrize(
    "text",
    ["払えますか", "払えないんですか", "払えない場合はどうなりますか",
     "友達が払えないと言っていました",
     "弟は借金があります", "解約するといくらかかりますか", "妹が自己破産しました"],
)  # fmt: skip
def test_what_is_not_asserted_does_not_count(text: str) -> None:
    """Questions, suppositions, quotations and other people's troubles are not the customer's."""
    assert said(text) == set()


@pytest.mark.parametrize(
    ("text", "intent", "mood"),
    [
        ("車のローンはありません", Intent.OTHER_DEBT, Mood.ASSERTED),
        ("自己破産したことはありません", Intent.PAST_DEFAULT, Mood.ASSERTED),
        ("妹が自己破産しました", Intent.PAST_DEFAULT, Mood.OTHER_PERSON),
        ("自己破産した場合はどうなりますか", Intent.PAST_DEFAULT, Mood.HYPOTHETICAL),
        ("先週お支払いいたしました", Intent.PROMISE, Mood.PAST),
        ("弟は無職です", Intent.INCOME_LOSS, Mood.OTHER_PERSON),
    ],
)
def test_what_is_suppressed_is_kept_with_its_reason(text: str, intent: Intent, mood: Mood) -> None:
    """A row that decides leaves a statement of strength 0: negated, or of another mood."""
    (statement,) = understand(text)

    assert (statement.intent, statement.mood, statement.strength) == (intent, mood, 0)
    assert text[statement.begin : statement.end]


@pytest.mark.parametrize(
    ("text", "intent", "phrase"),
    [
        ("🏠車の、ローンがあり、ます", Intent.OTHER_DEBT, "ローンがあり、ます"),
        ("えーと、給料が 下がりました。", Intent.INCOME_LOSS, "下がりました"),
        ("😀😀生活に、ゆとりが、あります😀", Intent.CAPACITY, "ゆとりが、あります"),
        ("ＡＴＭで　入　金　します", Intent.PROMISE, "入　金　します"),
        ("「今月」で（解約）します", Intent.CANCELLATION, "解約）します"),
        ("ＡＢＣ１２３、自己、破産しています", Intent.PAST_DEFAULT, "自己、破産しています"),
    ],
)
def test_the_offsets_are_those_of_the_turn(text: str, intent: Intent, phrase: str) -> None:
    """Pauses, spaces, brackets, emoji and full-width letters count as letters of the turn."""
    assert phrases(text)[intent] == phrase


@pytest.mark.parametrize(
    "text", ["払えません", "支払いが苦しいです", "先月クビになりました", "解約したいんです"]
)
@pytest.mark.parametrize("before", ["😀", "、、", "　 ", "（", "「"])
def test_what_stands_before_moves_the_offsets(text: str, before: str) -> None:
    """Letters that say nothing move what is said, and change nothing of it."""
    plain = understand(text)
    moved = [
        Statement(
            one.intent, one.begin - len(before), one.end - len(before), one.mood, one.strength
        )
        for one in understand(before + text)
    ]

    assert plain
    if before == "😀":  # a letter like another, so the learned part may end elsewhere
        assert {one.intent for one in moved} == {one.intent for one in plain}
    else:
        assert moved == list(plain)


def assert_in_the_text(text: str) -> None:
    """Each statement is a phrase of the text, and they stand in order of place."""
    statements = understand(text)
    for one in statements:
        assert 0 <= one.begin < one.end <= len(text)
        assert 0 <= one.strength <= 1
        assert one.counts or one.strength == 0
    assert list(statements) == sorted(statements, key=lambda one: (one.begin, one.end, one.intent))


TEXTS = list(aside_texts())
# Pieces that turns are made of: what says something, operators, pauses, and what says nothing.
PIECES = st.sampled_from(
    ["が", "は", "か", "？", "、", "。", "　", "a", "「", "」", "です", "ます", " ", "\n", "😀",
     "ＡＢＣ", "支払い", "厳しい", "厳しく", "払え", "払わ", "借金", "ローン", "があります",
     "滞納した", "解約", "したい", "します", "ない", "ません", "わけではない", "かもしれません",
     "ことは", "けど", "ので", "友達が", "と言っていました"]
)  # fmt: skip
MADE_UP = st.lists(PIECES, max_size=12).map("".join)


def test_offsets_lie_in_every_text() -> None:
    """For all sentences that were put aside."""
    for text in TEXTS:
        assert_in_the_text(text)


@given(st.one_of(MADE_UP, st.text(max_size=60)))
@settings(max_examples=150, deadline=None)
def test_offsets_lie_in_any_text(text: str) -> None:
    """For texts of pieces, and for any letters at all."""
    assert_in_the_text(text)


def test_pauses_do_not_matter_in_any_sentence() -> None:
    """A recogniser sets 、 and 。 as it likes."""
    differing = [
        text for text in TEXTS if said(text) != said(text.replace("、", "").replace("。", ""))
    ]

    assert differing == []


@given(
    st.lists(PIECES, max_size=10), st.lists(st.sampled_from(["", "、", "。", "　"]), min_size=10)
)
@settings(max_examples=150, deadline=None)
def test_pauses_matter_nowhere(pieces: list[str], pauses: list[str]) -> None:
    """The same statements, as many and as strong, wherever pauses stand."""
    paused = "".join(a + b for a, b in zip(pieces, pauses, strict=False))
    plain = paused.translate(dict.fromkeys(map(ord, "、。　")))

    def kinds(text: str) -> list[tuple[Intent, Mood, float]]:
        return sorted((one.intent, one.mood, one.strength) for one in understand(text))

    assert kinds(paused) == kinds(plain)


@pytest.mark.parametrize(
    "text",
    ["", " ", "　", "\n", "、。", "…", "！？", "「」", "😀", "😀😀🎉", "１２３", "abc",
     "Hello, how are you today?", "Я не могу платить.", "我没有钱", "我付不起钱，请等一下",
     "您好，我想问一下", "はい", "ええ", "あ", "ん", "もしもし", "\x00", "\ud800", "\ue001\ue100"],
)  # fmt: skip
def test_what_says_nothing_of_paying(text: str) -> None:
    """No statement, and no error, for emptiness, signs, other languages and broken letters."""
    assert understand(text) == ()


@pytest.mark.parametrize(
    "unit",
    [
        "払えない",
        "か",
        "。",
        "ない",
        "わけではない",
        "😀",
        "支払いが厳しいとは言っていないので",
        "払わんと",
    ],
)
def test_a_long_turn_costs_little(unit: str) -> None:
    """100,000 letters are read in a moment: what no turn of a transcript reaches is left out."""
    text = (unit * 100_000)[:100_000]

    expect_work(lambda: understand(text), below=10)
    assert all(one.end <= len(text) for one in understand(text))


def test_time_grows_with_the_length() -> None:
    """Eight times the letters cost no more than thirty times the time."""
    text = "".join(TEXTS[:200])

    def least(length: int) -> float:
        taken = []
        for _ in range(5):
            began = time.thread_time()
            understand(text[:length])
            taken.append(time.thread_time() - began)
        return min(taken)

    assert least(4_000) < 30 * least(500)


@pytest.mark.parametrize(
    ("text", "intent", "phrase"),
    [
        ("うちは家計が苦しいわけではないです", Intent.CAPACITY, "わけではない"),
        ("十五日まで待っていただけませんか。必ず払います。", Intent.PROMISE, "必ず払います"),
    ],
)
def test_a_phrase_holds_its_operator_and_no_other(text: str, intent: Intent, phrase: str) -> None:
    """A mark on 苦しい alone would say the opposite of what was meant."""
    marked = phrases(text)[intent]

    assert phrase in marked
    assert "待って" not in marked

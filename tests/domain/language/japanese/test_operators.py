"""Operators become signs, the negation of a sentence is taken out, and clauses get their mood."""

from itertools import product

import pytest

from callrisk.domain.language import Mood
from callrisk.domain.language.analysed import Analysed
from callrisk.domain.language.japanese.operators import analysed
from callrisk.domain.language.japanese.text import plain_text
from callrisk.domain.language.signs import OUTER, SIGNS


def read(text: str) -> Analysed:
    """Return the analysed text of a turn."""
    return analysed(plain_text(text))


def outer(text: str) -> list[str]:
    """Return what negates the clauses of a turn as a whole, where something does."""
    return [clause.outer for clause in read(text).clauses if clause.outer]


# Stem, affirmed, and the negated forms that customers use.
VERBS = (
    ("払え", "る", ("ない", "ません", "なかった", "へん", "まへん", "ねえ", "ん")),
    ("払わ", "", ("ない", "なかった", "へん", "ん", "ねえ")),
    ("滞納し", "た", ("ません", "ませんでした", "てない", "ていません", "たことはない")),
    ("納得でき", "る", ("ない", "ません", "なかった", "ひん", "まへん", "ん")),
    ("用意でき", "る", ("ない", "ません", "なくて", "ん")),
    ("納得し", "た", ("ません", "ていない", "てません")),
)
ADJECTIVES = ("支払いが厳し", "生活が苦し", "家計がきつ", "料金が高", "解約した", "払いた")
NOUNS = ("家計に余裕", "ほかに借金", "身に覚え", "収入", "銀行に借入")
FORMS = [
    *((stem + form) for stem, _, forms in VERBS for form in forms),
    *(
        f"{stem}く{form}"
        for stem, form in product(
            ADJECTIVES, ("ない", "ありません", "なかった", "はない", "はありません", "ねえ")
        )
    ),
    *(
        noun + form
        for noun, form in product(
            NOUNS,
            ("がない", "はありません", "がなかった", "はございません", "もない", "があらへん"),
        )
    ),
]


@pytest.mark.parametrize("form", FORMS)
def test_a_negated_predicate_ends_in_the_sign(form: str) -> None:
    """払えない, 払えません, 払えへん … are one predicate and one sign, whatever the ending."""
    turn = read(form)

    assert turn.readable.count("¬") == 1
    assert turn.readable.rstrip("たすでし").endswith("¬")
    assert outer(form) == []


@pytest.mark.parametrize(
    "form",
    [
        *(f"{stem}い" for stem in ADJECTIVES),
        *(f"{noun}がある" for noun in NOUNS),
        *(f"{noun}があります" for noun in NOUNS),
        *(f"{stem}{ending}" for stem, ending, _ in VERBS if ending),
    ],
)
def test_an_affirmed_predicate_has_no_sign(form: str) -> None:
    """Without an operator the text is as it was said."""
    assert read(form).readable == form


@pytest.mark.parametrize(
    "harmless",
    ["申し訳ありません", "すみません", "もったいない", "仕方がない", "とんでもない", "かまいません",
     "情けないです", "少ないです", "危ないです", "つまらないものです"],
)  # fmt: skip
def test_words_that_look_like_a_negation_are_none(harmless: str) -> None:
    """Fixed words hold ない or ません and negate nothing."""
    assert not set(read(harmless).text) & set(SIGNS)


@pytest.mark.parametrize(
    ("begin", "ending", "sign"),
    [
        *product(
            ("支払いを待って", "期日を延ばして", "二回に分けて", "分割にして"),
            ("もらえませんか", "もらえますか", "いただけませんか", "いただけないでしょうか",
             "ください", "ほしいです", "くれませんか", "ちょうだい"),
            "願",
        ),
        *product(
            ("払わ", "返さ", "納め", "返済し"),
            ("なければいけません", "なければならない", "なきゃいけない", "なくてはいけません",
             "ないといけない", "なくちゃだめ", "ねばなりません"),
            "必",
        ),
        *product(
            ("払える", "厳しい", "滞納する", "借金がある", "解約する"),
            ("かもしれません", "かもしれない", "かもしれん", "かもわからない", "かも"),
            "恐",
        ),
        *product(
            ("払う", "返す", "納得する", "解約する", "踏み倒す"),
            ("つもりはありません", "つもりはない", "気はない", "気はありません",
             "つもりはさらさらない",
             "義理はない", "筋合いはありません", "予定はございません"),
            "意",
        ),
        *product(
            ("払える", "用意できる", "納得できる", "返せる"),
            ("わけがない", "わけがありません", "はずがない", "はずがありません", "わけねえ",
             "はずない"),
            "反",
        ),
        *product(
            ("払う", "返す", "解約する", "待ってもらう", "分割にする"),
            ("しかない", "しかありません", "よりほかない", "しかなかった"),
            "唯",
        ),
        *product(
            ("料金が高い", "請求がおかしい", "支払いが厳しい"),
            ("んじゃないですか", "んじゃないか", "のではありませんか", "んじゃないでしょうか"),
            "付",
        ),
    ],
)  # fmt: skip
def test_each_operator_is_one_sign(begin: str, ending: str, sign: str) -> None:
    """A request, an obligation, a doubt … is one sign, and no negation is left of its ない."""
    readable = read(begin + ending).readable

    assert sign in readable
    assert "¬" not in readable.replace("¬" + sign, sign)


@pytest.mark.parametrize(
    ("negated", "affirmative"),
    [
        ("払えない", "払える"), ("払わない", "払う"), ("返さない", "返す"), ("待たない", "待つ"),
        ("支払いが厳しくない", "支払いが厳しい"), ("生活が苦しくない", "生活が苦しい"),
        ("解約したくない", "解約したい"), ("払いたくない", "払いたい"),
        ("家計に余裕がない", "家計に余裕があります"), ("借金がない", "借金があります"),
        ("滞納したことがない", "滞納したことがあります"), ("納得していない", "納得している"),
        ("納得できない", "納得できる"), ("用意できない", "用意できる"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "ending",
    ["わけではない", "わけじゃありません", "わけではございません", "とは言えない", "とは限らない"],
)
def test_two_negations_are_read_out(negated: str, affirmative: str, ending: str) -> None:
    """払えないわけではない is read as 払える, with a mark behind it that says it was said so."""
    turn = read(negated + ending)

    assert turn.readable.startswith(affirmative + "外")
    assert "¬" not in turn.readable
    assert outer(negated + ending) == ["+"]


@pytest.mark.parametrize(
    "said",
    [
        "払える",
        "支払いが厳しい",
        "借金がある",
        "解約したい",
        "滞納した",
        "納得した",
        "払う",
        "返せる",
    ],
)
@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        ("わけではない", "-"), ("わけではありません", "-"), ("わけじゃない", "-"),
        ("とは言えません", "-"),
        ("とは限らない", "-"), ("とは思いません", "-"), ("とは言っていません", "0"),
        ("なんて言ってない", "0"), ("", None),
    ],
)  # fmt: skip
def test_the_negation_of_a_sentence_is_kept_apart(said: str, ending: str, kind: str | None) -> None:
    """わけではない negates (-), とは言っていない neither says nor denies (0); the words stay."""
    turn = read(said + ending)

    assert turn.readable.startswith(said)
    assert outer(said + ending) == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("before", "inner", "after"),
    [
        (before, inner, after)
        for (before, *forms), after in product(
            (("払え", "る", "ない"), ("納得でき", "る", "ない"), ("支払いが厳し", "い", "くない"),
             ("解約した", "い", "くない"), ("払いた", "い", "くない"), ("返せ", "る", "ない")),
            ("", "わけではない", "わけではありません", "わけじゃないです", "とは言えない"),
        )
        for inner in forms
    ],
)  # fmt: skip
def test_negations_cancel_by_their_number(before: str, inner: str, after: str) -> None:
    """An odd number of negations negates, an even one affirms."""
    turn = read(before + inner + after)
    negations = inner.endswith("ない") + bool(after)

    left = turn.readable.count("¬") + outer(before + inner + after).count("-")
    assert left % 2 == negations % 2


@pytest.mark.parametrize("dialect", ["払えんことはない", "払えへんことはない", "払えんわけやない"])
def test_two_negations_of_a_dialect_affirm(dialect: str) -> None:
    """What has no dictionary form to go back to becomes the sign of the affirmed."""
    readable = read(dialect).readable

    assert "⊕" in readable or outer(dialect) == ["+"]
    assert "¬" not in readable


PREDICATES = ("払えない", "生活が苦しい", "滞納した", "借金がある", "解約したい", "納得できない")


@pytest.mark.parametrize("said", PREDICATES)
@pytest.mark.parametrize(
    ("frame", "mood"),
    [
        ("{}", Mood.ASSERTED), ("{}です", Mood.ASSERTED), ("{}んです", Mood.ASSERTED),
        ("{}んですか", Mood.QUESTION), ("{}んだろうか", Mood.QUESTION),
        ("{}の？", Mood.QUESTION), ("{}場合はどうなりますか", Mood.HYPOTHETICAL),
        ("{}ときはどうなりますか", Mood.HYPOTHETICAL),
        ("{}と言っていました", Mood.QUOTED), ("{}んだって聞いてます", Mood.QUOTED),
        ("{}とのことです", Mood.QUOTED), ("{}って聞きました", Mood.QUOTED),
        ("友達は{}んです", Mood.OTHER_PERSON), ("弟が{}んです", Mood.OTHER_PERSON),
        ("隣の人も{}んです", Mood.OTHER_PERSON), ("ドラマの話で{}んです", Mood.OTHER_PERSON),
    ],
)  # fmt: skip
def test_a_clause_has_its_mood(said: str, frame: str, mood: Mood) -> None:
    """The clause that holds the end of the predicate is meant as its frame says."""
    text = frame.format(said)
    turn = read(text)
    last = text.index(said) + len(said) - 1
    place = max(at for at, offset in enumerate(turn.offsets) if offset <= last)

    (clause,) = [one for one in turn.clauses if one.begin <= place < one.end]
    assert clause.mood is mood


@pytest.mark.parametrize("text", ["滞納したらしいです", "払えないそうです", "納得できないそうです"])
def test_hearsay_behind_any_form_is_quoted(text: str) -> None:
    """らしい and そうです tell of somebody's words."""
    assert {clause.mood for clause in read(text).clauses} == {Mood.QUOTED}


@pytest.mark.parametrize(
    "text", ["払えないのでしょうか", "納得できないのでしょうか", "滞納したのでしょうか"]
)
def test_nodeshou_ka_asks(text: str) -> None:
    """のでしょうか is no cause."""
    assert {clause.mood for clause in read(text).clauses} == {Mood.QUESTION}


@pytest.mark.parametrize("text", ["自己破産したらどうなりますか", "払えないとしたらどうなりますか"])
def test_shitara_supposes(text: str) -> None:
    """したら behind a verb supposes."""
    assert read(text).clauses[0].mood is Mood.HYPOTHETICAL


@pytest.mark.parametrize("text", ["友達は支払いが厳しいんです", "支払いがきついので"])
def test_the_noun_before_ga_is_in_the_clause(text: str) -> None:
    """支払いが is subject, not the end of a clause."""
    assert len(read(text).clauses) == 1


@pytest.mark.parametrize("text", ["滞納しない", "納得しない", "解約しなかった"])
def test_a_suru_verb_is_negated(text: str) -> None:
    """しない negates like しません."""
    assert read(text).readable.endswith("¬")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("払えないとは限りません", "+"),
        ("払わないとは言っておりません", "0"),
        ("払うとは申しておりません", "0"),
    ],
)
def test_polite_negations_of_a_sentence(text: str, kind: str) -> None:
    """限りません and ておりません negate like their plain forms."""
    assert outer(text) == [kind]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("払えないけど払う気はあります", ["払え¬けど", "払う気はあります"]),
        ("生活がきついので待ってください", ["生活がきついので", "待っ願"]),
        ("給料が出たら払います", ["給料が出たら", "払います"]),
        ("無理です。払えません", ["無理です", "払え¬"]),
        ("払いますが今は余裕がありません", ["払いますが", "今は余裕¬"]),
    ],
)
def test_a_turn_is_cut_into_clauses(text: str, said: list[str]) -> None:
    """Conjunctions, conditions and the ends of sentences cut, without any comma."""
    turn = read(text)
    cut = [turn.text[clause.begin : clause.end] for clause in turn.clauses]
    readable = [Analysed(part, (), ()).readable for part in cut]

    assert readable == said


@pytest.mark.parametrize("form", [*FORMS, *(f"{one}わけではないです" for one in PREDICATES)])
def test_each_letter_keeps_its_place(form: str) -> None:
    """Offsets rise, one for each letter; letters that are no sign are those of the turn."""
    said = f"えーと、{form}。本当に"
    turn = read(said)

    assert len(turn.offsets) == len(turn.text)
    assert list(turn.offsets) == sorted(turn.offsets)
    assert turn.text.endswith("本当に")
    assert said[turn.offsets[-1]] == "に"
    assert said[turn.offsets[0]] == "え"


@pytest.mark.parametrize(
    "text", ["", "払えない", "払えないわけではないけど", "あ", "。", "払えるかも"]
)
def test_the_clauses_cover_the_text(text: str) -> None:
    """No letter but the mark of a negated sentence lies outside of the clauses."""
    turn = read(text)
    covered = "".join(turn.text[clause.begin : clause.end] for clause in turn.clauses)

    assert covered == turn.text.replace(OUTER, "")

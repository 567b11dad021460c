"""Statements about paying on the tablet: the list, the way to a turn, marks in the chat."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from callrisk.dashboards.tablet.marks import pieces_of
from callrisk.domain.language import Intent, Mood
from callrisk.wire.call import CallDetail
from callrisk.wire.examples import example_of
from callrisk.wire.segment import StatementAnswer

TIMEOUT_S = 60


def statement(
    intent: Intent, begin: int, end: int, mood: Mood = Mood.ASSERTED, strength: float = 1.0
) -> StatementAnswer:
    """A statement as the server sends it."""
    return StatementAnswer(
        intent=intent, phrase="…", segment_id="s", begin=begin, end=end, mood=mood,
        strength=strength,
    )  # fmt: skip


def said(text: str, phrase: str, intent: str, mood: str = "asserted", strength: float = 1) -> Any:
    """The same of a phrase in a text, as JSON."""
    begin = text.index(phrase)
    place = {"begin": begin, "end": begin + len(phrase), "phrase": phrase, "segment_id": "s"}
    return place | {"intent": intent, "mood": mood, "strength": strength}


def turn(number: int, text: str, *statements: Any) -> Any:
    """A turn of the customer, the whole minute `number` after the begin."""
    return {
        "segment_id": f"s{number}", "role": "CUSTOMER", "text": text,
        "begin_ms": number * 60_000, "end_ms": number * 60_000 + 900, "sentiment": None,
        "provisional": False, "statements": list(statements),
    }  # fmt: skip


def counted(phrase: Any, segment_id: str, points: int, *, is_open: bool = False) -> Any:
    """What an assessment says of a statement of a turn, as JSON."""
    place = {key: phrase[key] for key in ("intent", "phrase", "begin", "end", "mood")}
    names = {"label": "表示", "label_en": "Label"}
    return place | names | {"segment_id": segment_id, "open": is_open, "points": points}


def screen(
    *turns: Any, language: str = "ja", status: str = "active", statements: Any = ()
) -> AppTest:
    """List and chat of a call with these turns; `statements` are those that were assessed."""

    def script(call):  # type: ignore[no-untyped-def]
        from callrisk.dashboards.tablet.heard import show_heard  # noqa: PLC0415 - own script
        from callrisk.dashboards.tablet.talk import show_transcript  # noqa: PLC0415
        from callrisk.wire.call import CallDetail  # noqa: PLC0415

        detail = CallDetail.model_validate(call)
        show_heard(detail)
        show_transcript(detail)

    call = example_of("get_call", "answer") | {"segments": list(turns), "status": status}
    call |= {"assessment": call["assessment"] | {"statements": list(statements)}}
    CallDetail.model_validate(call)
    app = AppTest.from_function(script, default_timeout=TIMEOUT_S, args=(call,))
    app.session_state["lang"] = language
    app.run()
    assert not app.exception
    return app


def labels(app: AppTest) -> list[str]:
    """What the buttons say, from top to bottom."""
    return [button.label for button in app.button]


def chat(app: AppTest) -> str:
    """The turns that are shown, with their marks."""
    return "\n".join([*(one.proto.body for one in app.get("html")),
                      *(one.value for one in app.markdown)])  # fmt: skip


WORRY = "今月は😢払えません。"
DENIED = "厳しくはないです。"


def test_the_newest_statement_stands_first_and_what_does_not_count_is_folded_away() -> None:
    """Time, name and phrase on each row; the suppressed ones say why."""
    app = screen(
        turn(1, WORRY, said(WORRY, "払えません", "inability")),
        turn(2, DENIED, said(DENIED, "厳しくはない", "hardship", strength=0)),
        turn(3, "払います。", said("払います。", "払います", "promise")),
    )

    assert labels(app) == [
        "3:00 :blue-badge[お支払いのお約束] 「払います」",
        "1:00 :orange-badge[払えない] 「払えません」",
        "2:00 :gray-badge[お金に余裕がない（否定）] 「厳しくはない」",
    ]
    assert [one.label for one in app.expander] == ["否定・質問・仮の話など（1件）"]


def test_a_repeat_is_named_one_and_is_grey() -> None:
    """In small letters, as its head is, in both languages."""
    music = "ご視聴ありがとうございました"
    for language, words in (("ja", "繰り返しのため数えません"), ("en", "repeated, not counted")):
        app = screen(turn(1, music), turn(2, music) | {"repeated": True}, language=language)
        captions = [one.value for one in app.caption][-3:]

        assert [words in caption for caption in captions] == [False, True, False]
        assert captions[2] == music
        assert chat(app).count(music) == 1


def test_what_counts_bears_its_points_and_a_concern_its_answer() -> None:
    """List and marks say the same; what reassures needs no answer, nor does what is suppressed."""
    worry, doubt = said(WORRY, "払えません", "inability"), said(WORRY, "今月は", "evasion")
    promise, denied = (
        said("払います。", "払います", "promise"),
        said(DENIED, "厳しくはない", "hardship", strength=0),
    )
    app = screen(
        turn(1, WORRY, worry, doubt), turn(2, "払います。", promise), turn(3, DENIED, denied),
        statements=[
            counted(worry, "s1", 11, is_open=True), counted(doubt, "s1", 0),
            counted(promise, "s2", -6),
        ],
    )  # fmt: skip

    assert labels(app) == [
        "2:00 :blue-badge[お支払いのお約束] 「払います」 **-6**",
        "1:00 :orange-badge[払えない] 「払えません」 **+11** :small[未解消]",
        "1:00 :gray-badge[あいまいなお返事] 「今月は」 **±0** :small[解消]",
        "3:00 :gray-badge[お金に余裕がない（否定）] 「厳しくはない」",
    ]
    for mark in ("お支払いのお約束 -6<", ">払えない +11・未解消<", ">あいまいなお返事・解消<",
                 ">お金に余裕がない（否定）<"):  # fmt: skip
        assert mark in chat(app)


@pytest.mark.parametrize(
    ("status", "sentence"), [("active", "まだ聞き取れていません"), ("ended", "ありませんでした")]
)
def test_a_call_without_statements_says_so(status: str, sentence: str) -> None:
    """No empty list: a sentence, which differs once the call is over."""
    app = screen(turn(1, "もしもし。"), status=status)

    assert any(sentence in caption.value for caption in app.caption)
    assert labels(app) == []


def test_a_touch_leads_to_the_turn_and_back() -> None:
    """A turn that the chat no longer shows comes back with its neighbours, until one goes on."""
    turns = [turn(number, f"発話{number}") for number in range(20)]
    turns[4] = turn(4, WORRY, said(WORRY, "払えません", "inability"))
    app = screen(*turns)
    assert "発話19" in chat(app)
    assert "払えません" not in chat(app)

    app.button[0].click().run()
    mark = '<mark class="worry">払えません</mark><small class="worry">払えない</small>'
    assert mark in chat(app)
    assert "発話3" in chat(app)
    assert "発話19" not in chat(app)

    app.button(key="latest").click().run()
    assert "発話19" in chat(app)


def test_words_of_a_customer_are_never_markup() -> None:
    """Whatever a marked turn holds is shown as it was said."""
    text = "<img src=x onerror=alert(1)> & 払います <b>"
    app = screen(turn(1, text, said(text, "払います <b>", "promise")), language="en")

    shown = "&lt;img src=x onerror=alert(1)&gt; &amp; <mark"
    assert shown in chat(app)
    assert '>払います &lt;b&gt;</mark><small class="calm">Promises to pay</small>' in chat(app)
    assert labels(app) == [r"1:00 :blue-badge[Promises to pay] “払います \<b\>”"]


@pytest.mark.parametrize(
    ("statements", "drawn"),
    [
        ([], ["abcdef"]),
        ([statement(Intent.PROMISE, 0, 3), statement(Intent.EVASION, 3, 6)],
         ["[abc]calm→promise", "[def]neutral→evasion"]),
        ([statement(Intent.PROMISE, 0, 4), statement(Intent.HARDSHIP, 2, 6)],
         ["[ab]calm", "[cd]worry→promise", "[ef]worry→hardship"]),
        ([statement(Intent.DISPUTE, 1, 3), statement(Intent.RESOLVED, 1, 3)],
         ["a", "[bc]worry→dispute,resolved", "def"]),
        ([statement(Intent.REFUSAL, 4, 99), statement(Intent.REFUSAL, 9, 12)],
         ["abcd", "[ef]worry→refusal"]),
        ([statement(Intent.REFUSAL, 0, 6, Mood.QUOTED, 0)], ["[abcdef]suppressed→refusal"]),
    ],
)  # fmt: skip
def test_a_turn_is_cut_where_statements_begin_and_end(
    statements: list[StatementAnswer], drawn: list[str]
) -> None:
    """Neighbours, overlaps, several on one phrase, spans beyond the text: as on the live page."""

    def shown(text: str, tone: str | None, ends: tuple[StatementAnswer, ...]) -> str:
        names = f"→{','.join(one.intent for one in ends)}" if ends else ""
        return (f"[{text}]{tone}" if tone else text) + names

    pieces = pieces_of("abcdef", statements)
    assert [shown(one.text, one.tone, one.ends) for one in pieces] == drawn

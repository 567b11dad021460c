"""Advice on the tablet: why, the words that caused it, and what the agent made of it."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from callrisk.wire.assessment import NoModelAnswer
from callrisk.wire.call import CallDetail
from callrisk.wire.client import LiveApiError
from callrisk.wire.events import NoteAdded
from callrisk.wire.examples import example_of

TIMEOUT_S = 60
NOTED_AT = 50
WORDS = "今月は払えません。"


def advice(action: str, priority: int = 1, because: str | None = None) -> Any:
    """A recommendation as the server sends it."""
    return {
        "action": action, "priority": priority, "because": because,
        "text": f"{action}を勧める", "text_en": f"Do {action}", "why": f"{action}の理由",
        "why_en": f"Why {action}", "script": f"{action}の言葉", "script_en": f"Say {action}",
    }  # fmt: skip


def turn(text: str, *phrases: str) -> Any:
    """The turn s1 of the customer, said after a minute; each phrase is a statement."""
    statements = [
        {"intent": "inability", "phrase": phrase, "segment_id": "s1", "begin": text.index(phrase),
         "end": text.index(phrase) + len(phrase), "mood": "asserted", "strength": 1}
        for phrase in phrases
    ]  # fmt: skip
    return {
        "segment_id": "s1", "role": "CUSTOMER", "text": text, "begin_ms": 60_000, "end_ms": 61_000,
        "sentiment": None, "provisional": False, "statements": statements,
    }  # fmt: skip


def call(*advised: Any, seq: int = 10, said: Any = None) -> CallDetail:
    """A call in progress whose assessment `seq` advises this."""
    told = example_of("get_call", "answer")
    assessment = told["assessment"] | {"recommendations": list(advised), "seq": seq}
    turns = [said or turn(WORDS, "払えません")]
    return CallDetail.model_validate(told | {"assessment": assessment, "segments": turns})


class Desk:
    """A server whose call can change, and that keeps what it was told."""

    is_of_a_person = False

    def __init__(self, *advised: Any, said: Any = None) -> None:
        self.call: CallDetail = call(*advised, said=said)
        self.unscored: NoModelAnswer | None = None
        self.told: list[tuple[str, ...]] = []
        self.away = False
        self.address = "http://nowhere"

    def feedback(
        self, call_id: str, agent_id: str, action: str, verdict: str, reason: str
    ) -> NoteAdded:
        """Note it, or be away."""
        if self.away:
            raise LiveApiError("away")
        self.told.append((agent_id, action, verdict, reason))
        note = example_of("give_feedback", "answer") | {"seq": NOTED_AT}
        return NoteAdded.model_validate(note)

    def screen(self, language: str = "ja") -> AppTest:
        """The advice, drawn once."""

        def script(desk):  # type: ignore[no-untyped-def]
            from callrisk.dashboards.tablet.advice import show_advice  # noqa: PLC0415 - own script

            show_advice(desk, desk.call, "agent-7", desk.unscored)

        app = AppTest.from_function(script, default_timeout=TIMEOUT_S, args=(self,))
        app.session_state["lang"] = language
        app.run()
        assert not app.exception
        return app


def captions(app: AppTest) -> str:
    """What is written small."""
    return "\n".join(one.value for one in app.caption)


def keys(app: AppTest) -> list[str]:
    """The buttons by their keys."""
    return [str(one.key) for one in app.button]


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("ja", ("急ぐを勧める", "急ぐの理由", "急ぐの言葉")),
        ("en", ("Do 急ぐ", "Why 急ぐ", "Say 急ぐ")),
    ],
)
def test_advice_says_why_and_what_to_say(language: str, parts: tuple[str, ...]) -> None:
    """The first in full, the others under their first line with the same details."""
    app = Desk(advice("待つ", 2), advice("急ぐ", 1)).screen(language)
    text, why, script = parts

    assert [one.value for one in app.subheader] == [text]
    assert why in captions(app)
    assert [one.value for one in app.info] == [script, script.replace("急ぐ", "待つ")]
    assert [one.label for one in app.expander] == [text.replace("急ぐ", "待つ")]
    assert why.replace("急ぐ", "待つ") in captions(app)


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        (turn(WORDS, "払えません"), "「払えません」"),
        (turn(WORDS), "「今月は払えません。」"),
        (turn(WORDS, "今月は", "払えません"), "「今月は払えません。」"),
        (turn("あ" * 60), f"「{'あ' * 40}…」"),
    ],
)
def test_the_words_that_caused_an_advice_lead_to_their_turn(said: Any, quoted: str) -> None:
    """The one phrase that counts, else the turn itself, cut where it is long."""
    app = Desk(advice("a", because="s1"), said=said).screen()
    cause = app.button(key="cause_a")

    assert f"1:00 {quoted}" in cause.label
    cause.click().run()
    assert app.session_state[f"pointed_at_{call().call_id}"] == "s1"


@pytest.mark.parametrize("because", [None, "not-here"])
def test_advice_of_no_turn_quotes_nothing(because: str | None) -> None:
    """The situation caused it, or its turn is not here yet."""
    assert "cause_a" not in keys(Desk(advice("a", because=because)).screen())


@pytest.mark.parametrize("verdict", ["done", "dismissed"])
def test_one_touch_answers_an_advice(verdict: str) -> None:
    """No reason is asked for, and nothing is left to be touched twice."""
    desk = Desk(advice("a"))
    app = desk.screen()
    app.button(key=f"{verdict}_a").click().run()

    assert desk.told == [("agent-7", "a", verdict, "")]
    assert not {"done_a", "dismissed_a"} & set(keys(app))
    assert "と記録しました" in captions(app)


@pytest.mark.parametrize(
    ("chosen", "written", "reason"),
    [("unfitting", "", "お客様に合わない"), (None, " 家族が対応 ", "家族が対応"),
     ("known", "先週", "すでに伝えた、先週"), (None, "", "")],
)  # fmt: skip
def test_a_reason_goes_with_the_answer(chosen: str | None, written: str, reason: str) -> None:
    """Chosen, written, both or none."""
    desk = Desk(advice("a"))
    app = desk.screen()
    if chosen:
        next(one for one in app.button_group if one.key == "why_chosen_a").set_value(chosen)
    app.text_input(key="why_own_a").input(written)
    app.button(key="why_dismissed_a").click().run()

    assert desk.told == [("agent-7", "a", "dismissed", reason)]


def test_advice_that_comes_back_asks_again() -> None:
    """The server left it out and has found its cause again: what was answered then is past."""
    desk = Desk(advice("a"))
    app = desk.screen()
    app.button(key="dismissed_a").click().run()
    desk.call = call(advice("b"), seq=NOTED_AT + 1)
    app.run()
    assert "dismissed_a" not in keys(app)

    desk.call = call(advice("a"), seq=NOTED_AT + 2)
    app.run()
    assert "dismissed_a" in keys(app)
    app.button(key="done_a").click().run()
    assert [one[2] for one in desk.told] == ["dismissed", "done"]


def test_advice_that_came_back_while_nobody_looked_asks_again() -> None:
    """A newer assessment advises it, though the tablet never saw it left out."""
    desk = Desk(advice("a"))
    app = desk.screen()
    app.button(key="done_a").click().run()
    desk.call = call(advice("a"), seq=NOTED_AT - 1)
    app.run()
    assert "done_a" not in keys(app)

    desk.call = call(advice("a"), seq=NOTED_AT + 9)
    app.run()
    assert "done_a" in keys(app)


def test_feedback_that_did_not_arrive_may_be_given_again() -> None:
    """The tablet says what is wrong and keeps the buttons."""
    desk = Desk(advice("a"))
    desk.away = True
    app = desk.screen()
    app.button(key="done_a").click().run()

    assert len(app.warning) == 1
    assert "done_a" in keys(app)


def test_there_is_advice_without_a_model() -> None:
    """It is the same place, and an answered one is asked again once it was left out."""
    desk = Desk()
    told = example_of("get_call", "answer")
    desk.call = CallDetail.model_validate(told | {"assessment": None})

    def unscored(*advised: Any) -> NoModelAnswer:
        return NoModelAnswer.model_validate({
            "call_id": "call-1", "customer_id": None, "agent_id": "a", "state": "no_model",
            "timestamp": "2026-01-15T01:23:45.678Z", "risk_score": None, "risk_category": None,
            "risk_label": "", "risk_label_en": "", "probability": None, "contributions": [],
            "recommendations": list(advised), "message": "", "message_en": "", "command": "",
            "demo": False,
        })  # fmt: skip

    desk.unscored = unscored(advice("a"))
    app = desk.screen()
    assert [one.value for one in app.subheader] == ["aを勧める"]
    app.button(key="done_a").click().run()
    assert "done_a" not in keys(app)

    desk.unscored = unscored()
    app.run()
    assert "ほかにおすすめの対応はありません" in captions(app)
    desk.unscored = unscored(advice("a"))
    app.run()
    assert "done_a" in keys(app)

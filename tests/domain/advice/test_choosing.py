"""The choice of advice: the newest statement first, what was done stays away, no contradictions."""

from dataclasses import replace
from random import Random

import pytest

from callrisk.domain.advice import (
    CallKind,
    Feedback,
    Playbook,
    Verdict,
    WordIndex,
    advice_for,
    load_playbook,
    times_heard,
)
from callrisk.domain.advice.play import Payment
from callrisk.domain.risk_category import RiskCategory
from harness.advice_calls import actions, advice, moment

REMINDER = {"kind": CallKind.REMINDER}


def answered(
    play_id: str, *lines: str, verdict: Verdict = Verdict.DONE, at_s: float | None = None
) -> dict[str, Feedback]:
    """Return the feedback that an agent gave after these turns."""
    words = WordIndex(load_playbook())
    return {play_id: Feedback(verdict, at_s, times_heard(_play(play_id), moment(*lines), words))}


def test_first_advice_names_the_newest_statement() -> None:
    """Of two open worries the newer one comes first, with the turn that said it."""
    lines = ("今月は払えません", "A: さようでございますか", "この請求は納得できません")
    first = advice(*lines, **REMINDER)[0]

    assert (first.action, first.because, first.priority) == ("dispute", "t3", 1)
    assert advice(*lines[:1], **REMINDER)[0].action == "inability"


def test_later_turns_that_say_nothing_leave_the_first_advice() -> None:
    """Small talk and the agent's words do not displace an open worry."""
    lines = ("今月は払えません", "A: ご案内は以上になります", "はい")

    assert actions(*lines, **REMINDER, elapsed_s=300.0)[0] == "inability"


def test_promise_decides_by_its_date() -> None:
    """A promise without a date asks for one; with one it is repeated."""
    assert actions("ちゃんとお支払いします")[0] == "promise_undated"
    assert actions("来週の金曜日に必ずお支払いします")[0] == "promise_dated"
    assert (
        actions("ちゃんとお支払いします", "来週の金曜日に必ずお支払いします")[0] == "promise_dated"
    )


def test_answered_worry_is_not_advised_as_open() -> None:
    """After a promise with a date the worry before it no longer causes its play."""
    found = actions("今月は払えません", "来週の金曜日に必ずお支払いします", **REMINDER)

    assert found[0] == "promise_dated"
    assert "inability" not in found


@pytest.mark.parametrize("verdict", Verdict)
def test_answered_advice_returns_when_the_worry_returns(verdict: Verdict) -> None:
    """Done or dismissed advice stays away until the same is said again."""
    line = "今月は払えません"
    feedback = answered("inability", line, verdict=verdict, at_s=12.0)
    once = actions(line, "そうですね", **REMINDER, feedback=feedback)
    again = actions(line, "そうですね", "やっぱり払えないです", **REMINDER, feedback=feedback)

    assert "inability" not in once
    assert again[0] == "inability"


def test_answered_advice_returns_without_a_time_of_feedback() -> None:
    """The count of statements is enough where the time of the feedback is not known."""
    line = "今月は払えません"
    feedback = answered("inability", line)

    assert "inability" not in actions(line, **REMINDER, feedback=feedback)
    assert "inability" in actions(line, "払えないんです", **REMINDER, feedback=feedback)


def test_advice_for_words_returns_with_the_words() -> None:
    """A play that words cause returns once they are said again."""
    line = "住所が変わりました"
    feedback = answered("address_changed", line, at_s=15.0)

    assert "address_changed" not in actions(line, "はい", feedback=feedback)
    again = moment(line, "はい", line, feedback=feedback, elapsed_s=200.0)
    assert advice_for(again, load_playbook())[0].because == "t3"


def test_advice_of_the_situation_is_given_once() -> None:
    """Advice that no turn causes does not return after it was done."""
    feedback = answered("long_call_summary")

    assert actions(elapsed_s=900.0) == ["long_call_summary"]
    assert actions(elapsed_s=900.0, feedback=feedback) == []


def test_cooldown_keeps_an_answered_play_away() -> None:
    """Within its cool-down a play does not return, not even when the worry does."""
    play = replace(_play("inability"), cooldown_s=60)
    book = Playbook((play,))
    feedback = answered("inability", "払えません", at_s=10.0)
    lines = ("払えません", "払えません", "払えません")

    assert actions(*lines, playbook=book, feedback=feedback, elapsed_s=69.0) == []
    assert actions(*lines, playbook=book, feedback=feedback, elapsed_s=70.0) == ["inability"]


def test_advice_that_asks_never_stands_beside_one_that_forbids() -> None:
    """Over many calls, no moment both asks for a payment and forbids it."""
    spoken = [line for play in load_playbook().plays for line in play.example]
    chance = Random(7)
    for _ in range(300):
        lines = chance.sample(spoken, 4)
        found = advice(*lines, kind=chance.choice([None, *CallKind]))
        payments = {_play(one.action).payment for one in found}

        assert not payments >= {Payment.ASK, Payment.PAUSE}
        assert len({one.action for one in found}) == len({one.text for one in found}) == len(found)
        assert [one.priority for one in found] == list(range(1, len(found) + 1))


def test_distress_forbids_asking_even_when_its_advice_was_done() -> None:
    """Once somebody was in distress nobody asks for a date, unless the agent saw a mistake."""
    lines = ("お金のことで夜も眠れないんです", "でもちゃんとお支払いします")
    done = answered("distress", *lines, at_s=20.0)
    dismissed = answered("distress", *lines, verdict=Verdict.DISMISSED, at_s=20.0)

    assert "promise_undated" not in actions(*lines, feedback=done)
    assert "promise_undated" in actions(*lines, feedback=dismissed)


def test_situation_never_stands_beside_what_was_said() -> None:
    """Advice for the situation alone is shown only where nothing was said, and one at a time."""
    situation = {"category": RiskCategory.HIGH, "elapsed_s": 1000.0, **REMINDER}

    assert actions("解約したいんです", **situation) == ["cancellation"]
    assert actions("解約したいんです", "はい", **situation) == ["cancellation"]
    assert actions("はい", **situation) == ["high_payment_plan"]


def test_older_worry_waits_while_the_newest_turn_says_something() -> None:
    """After a reassurance or another concern only that is advised; after a yes the worry again."""
    lines = ("この請求は納得できません", "A: 日割りでございます")

    assert actions(*lines, "お金には余裕があります") == ["capacity"]
    assert actions(*lines, "解約したいんです") == ["cancellation"]
    assert actions(*lines, "はい")[0] == "dispute"


def test_older_worry_stays_with_a_nod_and_goes_when_the_talk_goes_on() -> None:
    """A later turn may take the worry back in words that nobody foresaw."""
    worry, gone_on = "今月は払えません", "それで今朝呼ばれて、部長の顔が明るかったんです"

    assert actions(worry, "はい、そうなんです") == actions(worry) != []
    assert actions(worry, gone_on) == []


def test_urgent_words_in_the_newest_turn_stand_alone() -> None:
    """Who names a lawyer is not persuaded, whatever else is said in that turn."""
    line = "弁護士に相談しまして、お金は一切払いません"

    assert actions(line, **REMINDER) == ["lawyer_took_over"]


def test_one_play_of_a_topic_is_shown_and_no_other_after_it_was_done() -> None:
    """The closest variant is shown alone; once done the general one does not take its place."""
    line = "灯油代が上がって、家計がかなりきついんです"
    feedback = answered("hardship_with_reason", line, at_s=15.0)

    assert actions(line) == ["hardship_with_reason"]
    assert actions(line, feedback=feedback) == []


def test_at_most_as_many_as_wished() -> None:
    """`most` limits the advice, which keeps its order."""
    lines = ("今月は払えません", "この請求は納得できません", "解約したいんです", "はい")

    assert [len(advice_for(moment(*lines), load_playbook(), most=most)) for most in (0, 1, 2)] == [
        0, 1, 2,
    ]  # fmt: skip
    assert len(actions(*lines)) == 3


def test_same_moment_gives_the_same_advice() -> None:
    """The order of the plays in the file decides nothing, and nothing is remembered."""
    plays = list(load_playbook().plays)
    lines = ("今月は払えません", "ほかにも借金があるんです", "そのうち考えておきます")
    first = advice(*lines, category=RiskCategory.HIGH)
    for seed in range(20):
        Random(seed).shuffle(plays)

        assert advice(*lines, category=RiskCategory.HIGH, playbook=Playbook(tuple(plays))) == first


def test_every_text_of_a_recommendation_is_the_plays() -> None:
    """A recommendation carries action, reason and script in both languages."""
    play = _play("dispute")
    first = advice("この請求は納得できません")[0]

    assert (first.text, first.text_en) == (play.action, play.action_en)
    assert (first.why, first.why_en) == (play.why, play.why_en)
    assert (first.script, first.script_en) == (play.script, play.script_en)


def test_statement_of_a_turn_that_is_not_given_still_counts() -> None:
    """A worry further back than the given turns causes its play, behind newer ones."""
    whole = moment("今月は払えません", "はい", "解約したいんです", "はい")
    late = replace(whole, turns=whole.turns[2:])

    assert [one.because for one in advice_for(late, load_playbook())][:2] == ["t3", "t1"]


def _play(play_id: str):  # type: ignore[no-untyped-def]
    play = load_playbook().play(play_id)
    assert play is not None
    return play


def test_income_that_has_ended_is_not_waited_for() -> None:
    """Only money that was expected and did not come is asked for gently."""
    ended = "傷病手当も先月で終わって、今月から何も入ってこないんですよ、払えません"

    assert "inability_expected_money" not in actions(ended)
    assert actions("還付金が入ってこないので払えません") == ["inability_expected_money"]


def test_who_was_offered_help_is_not_sent_to_ask_for_it() -> None:
    """The offer is acknowledged; that somebody else pays at all is still talked over."""
    offered = "まあ、そこは親父が半分出すって言ってくれてるんで"

    assert actions(offered) == ["third_party_offered"]
    assert actions("支払いは息子がします") == ["third_party"]

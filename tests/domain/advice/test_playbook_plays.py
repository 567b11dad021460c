"""The product's playbook: every play is reachable, polite, and keeps the rules of the trade."""

import re
from dataclasses import replace
from itertools import product

import pytest

from callrisk.domain.advice import Play, advice_for, load_playbook
from callrisk.domain.advice.moment import CallKind
from callrisk.domain.advice.play import Payment
from callrisk.domain.advice.play_conditions import UNKNOWN
from callrisk.domain.language import Intent
from callrisk.domain.risk_category import RiskCategory
from harness.advice_calls import actions, advice, answers, moment

PLAYS = load_playbook().plays
HARSH = (
    "払え",
    "やめろ",
    "しろ",
    "裁判",
    "差し押さえ",
    "ブラックリスト",
    "勤務先に",
    "さもない",
    "必ずお支払い",
)
ENDS_POLITELY = re.compile(r"(か|ます|ません|です|ございます|くださいませ)。$")
DEBIT_OFFER = "口座振替ですと"


def known(name: str) -> str | None:
    """Return the name that a condition holds, None for what is not known."""
    return None if name == UNKNOWN else name


def reached(play: Play) -> list[str]:
    """Return the advice at a moment made of the conditions of a play and its example."""
    when = play.when
    kinds = [known(one) for one in when.kind] or [
        one for one in (None, *CallKind) if (one or UNKNOWN) not in play.unless.kind
    ]
    record = {
        one.field: one.values[0] if one.comparison in {"=", ">="} else "銀行振込"
        for one in when.record
    }
    category = known(when.category[0]) if when.category else None
    limits = [one for one in (when.min_elapsed_s, when.max_elapsed_s) if one is not None]
    return actions(
        *play.example,
        kind=kinds[0] and CallKind(kinds[0]),
        category=category and RiskCategory(category),
        record=record,
        elapsed_s=float(next(iter(limits), 120)),
    )


def test_playbook_is_broad() -> None:
    """There are at least 45 plays, and each intent has one for each kind of call."""
    for intent, kind in product(Intent, (*CallKind, UNKNOWN)):
        fitting = [
            play for play in PLAYS
            if intent in play.when.said and not play.when.mood and not play.when.record
            and kind in (play.when.kind or (*CallKind, UNKNOWN)) and kind not in play.unless.kind
        ]  # fmt: skip
        assert fitting, (intent, kind)

    assert len(PLAYS) >= 45


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.id)
def test_play_is_reached_by_its_example(play: Play) -> None:
    """The turns of its example and the situation of its conditions lead to it or its need's."""
    assert any(answers(found, play.id) for found in reached(play))


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.id)
def test_script_is_polite_and_threatens_nobody(play: Play) -> None:
    """A script ends politely, holds no harsh word, and is at most three sentences long."""
    assert ENDS_POLITELY.search(play.script)
    assert [word for word in HARSH if word in play.script] == []
    assert play.script.count("。") <= 3
    assert len(play.action) <= 50


def test_plays_that_forbid_asking_do_not_ask() -> None:
    """A play that pauses payment names no date of payment in its script."""
    for play in PLAYS:
        if play.payment is Payment.PAUSE:
            assert not re.search("いつごろ.{0,6}(お支払い|ご用意)|ご予定日", play.script)


@pytest.mark.parametrize("category", [None, *RiskCategory])
@pytest.mark.parametrize("kind", [None, *CallKind])
def test_direct_debit_is_not_offered_to_who_uses_it(
    kind: CallKind | None, category: RiskCategory | None
) -> None:
    """No play offers direct debit to a customer who pays by it, or whose way is not known."""
    every = replace(load_playbook(), plays=PLAYS)
    for lines in (["うっかり忘れていました"], ["今月は払えません"], ["来週払います"], []):
        for record in ({"payment_method": "口座振替", "earlier_late_payments": 3.0}, {}):
            now = moment(*lines, kind=kind, category=category, record=record, elapsed_s=100.0)
            scripts = [one.script for one in advice_for(now, every, most=99)]

            assert not [script for script in scripts if DEBIT_OFFER in script]


def test_direct_debit_is_offered_to_others_with_late_payments() -> None:
    """Late payments by slips lead to the offer of direct debit."""
    record = {"payment_method": "コンビニ払い", "earlier_late_payments": 1.0}

    line = "A: お支払い方法を確認させてください"

    assert actions(line, record=record, elapsed_s=90.0) == ["late_payments_offer_debit"]
    assert actions("はい", record=record, elapsed_s=90.0) == []


@pytest.mark.parametrize(
    ("line", "play"),
    [
        ("もう死にたいです。払えません。", "distress_life"),
        ("支払いのことを考えると、夜も、眠れないんです", "distress"),
        ("取り立てが続いて、気持ちがもう限界です", "distress"),
        ("弁護士に依頼しました", "lawyer_took_over"),
        ("弁護士に相談しています", "lawyer_took_over"),
        ("債務整理をしています", "insolvency"),
        ("それ、間違い電話ですよ", "wrong_number"),
        ("消費生活センターに言いますよ", "consumer_centre"),
    ],
)
def test_urgent_words_come_before_what_was_said_later(line: str, play: str) -> None:
    """Distress, law and wrong persons stay first, and nobody is asked for a date beside them."""
    found = advice(line, "来月なら払います", "払えないんです", kind=CallKind.REMINDER)
    payments = [load_playbook().play(one.action).payment for one in found]  # type: ignore[union-attr]

    assert (found[0].action, found[0].because) == (play, "t1")
    assert Payment.ASK not in payments


@pytest.mark.parametrize(
    "line",
    [
        "弁護士特約はつけられますか",
        "予算はこのあたりが限界ですね",
        "本人じゃないと手続きできないですか",
        "今年の夏は暑さが厳しいですね",
        "残高は問題ないです",
        "もう限界だわ、朝から三回も雪かきして",
        "膝がもう限界でして、階段がつらいんです",
        "時差ぼけで夜も眠れないんです",
        "スマホがないと生きていけないです",
        "野球は九回に追い詰められて負けました",
        "犬が入院していまして",
        "免許の更新をすっかり忘れていました",
        "免許証の期限が切れていました",
        "しつこい雪ですね",
        "おたくから手紙をいただきました",
        "事故に遭ったら保険は出ますか",
    ],
)
def test_harmless_words_cause_no_play(line: str) -> None:
    """Words of another matter cause no play for words."""
    causes = [load_playbook().play(one).when for one in actions(line)]  # type: ignore[union-attr]

    assert not [when for when in causes if when.customer_words]


@pytest.mark.parametrize("kind", [None, *CallKind])
def test_moment_without_anything_has_advice(kind: CallKind | None) -> None:
    """The opening has advice until the first turns are spoken; then there is none."""
    start = actions(kind=kind, elapsed_s=0.0)

    assert start[0] == (f"open_{kind}" if kind else "open_identity")
    assert actions("A: お世話になっております", "はい", kind=kind, elapsed_s=8.0) == []
    assert actions(kind=kind, elapsed_s=300.0) == []


def test_reminder_does_not_name_the_debt_before_identity() -> None:
    """The script that opens a reminder asks for name and birth, and names no payment."""
    script = advice(kind=CallKind.REMINDER, elapsed_s=5.0)[0].script

    assert "お名前とご生年月日" in script
    assert "支払" not in script


@pytest.mark.parametrize("category", [None, *RiskCategory])
@pytest.mark.parametrize("kind", [None, *CallKind])
@pytest.mark.parametrize(
    "line",
    [
        "膝がなかなか良くならないんです",
        "高速が全然動かないもんで、三十分くらい遅れそうなんです",
        "いえ、延滞は一度もないです",
        "ええ、まあ、そういうことになりますね",
    ],
)
def test_small_talk_and_short_answers_cause_nothing(
    line: str, kind: CallKind | None, category: RiskCategory | None
) -> None:
    """What says nothing about paying gets no advice, whatever kind of call and category."""
    found = actions("A: 点検のご案内です", line, kind=kind, category=category, elapsed_s=20.0)

    assert found == []


@pytest.mark.parametrize(
    ("lines", "play"),
    [
        (["そんなオプションは申し込んだ覚えがないです"], "dispute_named"),
        (["修理の対応がひどかったので、お金は一切払いません"], "refusal_with_reason"),
        (["来月の十日まで待ってもらえませんか"], "delay_dated"),
        (["二回に分けて払わせてもらえませんか"], "instalments_named"),
        (["来週の金曜日にコンビニで必ず払います"], "promise_dated"),
        (["さっきコンビニで払ってきました"], "already_paid"),
        (["専用の口座に一年分入れてありますから大丈夫です"], "prepaid"),
        (["解約したいんです", "やめずにこのまま続けます"], "cancellation_withdrawn"),
        (["ボーナス払いは、後からでも付けられるんですか"], "question_first"),
    ],
)  # fmt: skip
def test_what_was_said_is_not_asked_again(lines: list[str], play: str) -> None:
    """A named point, day, number or way leads to one play, which repeats instead of asking."""
    found = advice(*lines, kind=CallKind.REMINDER)

    assert [one.action for one in found] == [play]
    assert not re.search("理由を|ご希望の回数|ご予定日|方法はお決まり", found[0].script)


def test_businesses_and_who_lost_work_hear_nothing_of_a_household_or_payday() -> None:
    """The plays for means of a business, an illness or a lost job name no wage and no payday."""
    plays = [play for play in PLAYS if play.topic == "means" and play.when.customer_words]

    assert len(plays) > 10
    assert not [play.id for play in plays if re.search("お給料|家計|ご収入が入る", play.script)]
    assert actions("A: 法人様のご契約の件です", "払えません") == ["business_means_by_agent"]
    assert actions("工場の仕事、なくなりました。お金払うこと、できないです") == ["plain_japanese"]


def test_relatives_are_told_nothing_before_consent() -> None:
    """A relative who answers is asked for the contract holder's consent first."""
    found = advice("妻です。主人は今電話に出られなくて", "お給料が止まって払えないんです")

    assert answers(found[0].action, "not_contract_holder")
    assert "支払" not in found[0].script


def test_who_does_not_want_to_talk_is_not_pressed() -> None:
    """No play for evasion offers a choice of days."""
    line = "その話はまた今度にしてもらえます？ 今ちょっと考えたくないんで。"

    assert actions(line, kind=CallKind.REMINDER) == ["evasion_do_not_press"]
    assert not [play.id for play in PLAYS if "今週中と来週" in play.script]


@pytest.mark.parametrize(
    "line",
    [
        "近所の奥さんが、ご主人の会社がつぶれてローンで夜も眠れないって話してました",
        "会社の先輩がカードの限度額いっぱいまで使っちゃって、笑ってましたよ",
        "車庫の幅がかなり厳しいんですよ、あと五センチなんですけど",
        "隣の家の人がローンを払えなくなって引っ越したんですよ、うちは違いますけど",
        "友達が先月引っ越しまして、その手伝いに行ってました",
    ],
)
def test_no_trouble_of_the_customers_own_is_advised_on(line: str) -> None:
    """Other people's money, what is denied, and tight places."""
    found = actions("A: お変わりございませんか", line, elapsed_s=60.0)
    assert [one for one in found if one != "need_asks_other"] == []


def test_what_happens_to_others_and_to_the_customer_counts_once() -> None:
    """A move of the customer's own is heard beside a neighbour's."""
    line = "隣の人が引っ越しまして、うちも先月引っ越したんです"

    assert actions("A: お変わりございませんか", line) == ["address_changed"]


def test_another_contract_is_no_cancellation() -> None:
    """A customer who keeps the car and has cancelled the newspaper wants nothing cancelled."""
    line = "車はこのまま乗りますよ、解約したのは新聞だけです"

    assert "cancellation" not in actions("A: 継続でよろしいでしょうか", line)


@pytest.mark.parametrize(
    ("lines", "play"),
    [
        (
            ["A: ご入金の予定はいかがですか", "今コンビニなんで、このまま払います"],
            "paying_now",
        ),
        (
            ["A: その後ご入金は", "昨日やっと振り込まれて、口座に入ってるから引き落としてください"],
            "money_is_there",
        ),
        (
            ["A: お時間よろしいですか", "今ちょうど出かけるとこで、後でもう一回もらえますか"],
            "call_back",
        ),
        (
            ["A: その後いかがですか", "さっき郵便局に寄って、三か月分入れてきたとこです"],
            "already_paid",
        ),
        (
            ["A: お名前をお願いします", "電波が悪くて、もういっぺん言ってもらえますか"],
            "repeat_wanted",
        ),
        (
            ["A: お支払いの件で", "いま駅のホームで、うるさくて全然聞こえないんですけど"],
            "call_back",
        ),
        (
            ["A: ご入金の件で", "もう給料が入ってましたので、今日の帰りに振り込みます"],
            "day_named",
        ),
        (["A: ご入金はいかがでしょうか", "口座に小銭しか入ってなくて、払えないです"], "inability"),
        (["A: お支払いの件で", "払いませんよ。二度と電話しないでください"], "harassment_complaint"),
        (
            [
                "A: お支払いはどなたが",
                "息子が払うことになってるんですけど、全然連絡がつかなくて",
            ],
            "third_party_unreachable",
        ),
    ],
)
def test_the_first_advice_heard_the_whole_turn(lines: list[str], play: str) -> None:
    """Nobody is asked for a day just told, for who cannot be reached, or called again."""
    assert answers(actions(*lines, kind=CallKind.REMINDER)[0], play)


def test_a_question_that_denies_trouble_is_not_about_trouble() -> None:
    """Nobody who only asks for a day, and says so, hears of missed payments."""
    line = "払えないとかじゃなくて、二十七日が祝日だったらいつ落ちるのかなと思って"
    found = actions("A: ご不明な点はございますか", line)

    assert not {"inability_question", "missed_payment_question"} & set(found)


def test_a_denied_lack_of_money_asks_for_no_payment() -> None:
    """A customer for whom the balance is not the matter is not asked when it will be there."""
    line = "残高が足りないわけじゃなくて、通帳を新しくしたいだけなんです"

    assert "insufficient_balance" not in actions("A: お変わりございませんか", line)

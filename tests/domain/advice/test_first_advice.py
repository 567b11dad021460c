"""The first advice right after a sentence: what suits it, and sentences that only look alike."""

import pytest

from callrisk.domain.advice import Playbook, load_playbook
from callrisk.domain.advice.play import Payment
from harness.advice_calls import actions, advice, answers

DUE = "A: 先月分がまだ残っております"
THANKS_FOR_PAYING = {"paid_just_now", "already_paid"}


@pytest.fixture(scope="module")
def book() -> Playbook:
    """The product's playbook."""
    return load_playbook()


@pytest.mark.parametrize(
    "line",
    [
        "なるほどね、わかりました、ほな払いますわ",
        "ああ、二か月分ね、ほなしゃあないな、ちゃんと払いますわ",
        "そういうことなら納得しました、振り込みます",
    ],
)
def test_promise_without_a_day_is_asked_for_one_and_not_thanked_as_paid(line: str) -> None:
    """A customer who understands the bill and will pay has not paid yet."""
    found = actions(DUE, line)

    assert answers(found[0], "promise_undated")
    assert not THANKS_FOR_PAYING & set(found)


def test_promise_with_a_day_beside_what_was_settled_is_repeated() -> None:
    """A worry that is gone does not turn a payment to come into one that was made."""
    line = "もう退院して元の職場に戻ってます、二十五日に給料入るんで、その日にきっちり払います"

    assert actions(DUE, line) == ["day_named"]


@pytest.mark.parametrize(
    "line",
    [
        "給料が出たんで、さっきATMから送金しました",
        "昨日全額入ったんですわ、もうさっき二か月分そちらに振り込んどきました",
        "月曜に売掛が入って、その日のうちにお宅の口座へ送りました",
    ],
)
def test_what_was_paid_is_thanked_for(line: str) -> None:
    """A payment that was made is noted, whatever else stands in the sentence."""
    assert actions(DUE, line)[0] in THANKS_FOR_PAYING


def test_what_was_paid_before_does_not_hide_what_cannot_be_paid_now() -> None:
    """Nobody who cannot pay this month is thanked for the last."""
    assert actions(DUE, "先月分は払いましたけど、今月はもう払えません")[0] == "inability"


@pytest.mark.parametrize(
    ("line", "play"),
    [
        ("先週でシャッター下ろしました、もう開けることはないです", "business_closed"),
        ("暖簾を下ろすことに決めました", "business_closed"),
        ("商売はもうやめました、これで楽になりますわ", "business_closed"),
        ("昨日でクビになりました、もう全部終わりです", "income_loss_in_one_breath"),
        ("昨日付けで首になりまして、貯金もないし、支払いはもう無理です", "inability"),
    ],
)
def test_what_is_lost_is_not_taken_for_settled(line: str, play: str) -> None:
    """A closed business or a lost income comes before anything that sounds like an end."""
    assert answers(actions("A: お変わりございませんか", line)[0], play)


@pytest.mark.parametrize(
    "line",
    [
        "今ちょうど店のシャッター下ろしたところなんで、大丈夫ですよ",
        "向かいの酒屋さんが店を畳みはってね、さみしいですわ",
    ],
)
def test_the_end_of_a_day_or_of_another_shop_is_no_closed_business(line: str) -> None:
    """Closing for the night, or a neighbour who closes, brings no sympathy for a business."""
    assert actions("A: お変わりございませんか", line) == []


def test_no_script_is_relieved(book: Playbook) -> None:
    """No script says how relieved we are, as what is heard as settled may hold a loss."""
    assert not [play.id for play in book.plays if "安心いたしました" in play.script]


@pytest.mark.parametrize(
    ("question", "line", "told", "else_told"),
    [
        ("お体の具合はいかがでしょうか", "まだ入院してます", "illness_told", "illness"),
        (
            "毎月のご負担はいかがでしょうか",
            "ほかに車のローンがあるんですよ",
            "other_debt_told",
            "other_debt",
        ),
        (
            "ご不明な点はございませんか",
            "払わなければなりません",
            "obligation_ack_told",
            "obligation_ack",
        ),
        (
            "弁護士さんにはご相談されましたか",
            "任意整理を考えてまして",
            "insolvency_told",
            "insolvency",
        ),
        (
            "差し支えなければ、理由をお聞かせいただけますか",
            "とにかく払う気はありません",
            "reason_of_refusal_asked",
            "refusal",
        ),
    ],
)
def test_what_the_agent_just_asked_is_not_proposed(
    question: str, line: str, told: str, else_told: str
) -> None:
    """An answer is taken up; the same sentence out of the blue leads to the question."""
    assert answers(actions(f"A: {question}", line)[0], told)
    assert answers(actions("A: 少々お待ちください", line)[0], else_told)


@pytest.mark.parametrize(
    "line",
    [
        "今月は法事やら修学旅行やらで出費が重なって、ちょっと厳しいかもしれないなあ",
        "うーん、今月はちょっと厳しいかな",
    ],
)
def test_one_hard_month_gets_an_offer_for_this_month(line: str) -> None:
    """What is hard this month only needs no plan for every month."""
    found = advice("A: 今月のお引き落としのご案内です", line)[0]

    assert found.action == "hardship_this_month"
    assert "毎月" not in found.script


@pytest.mark.parametrize(
    "line",
    [
        "今月も来月も厳しいです",
        "今月から給料が減って、ずっと苦しいです",
        "今月は暑さが厳しいですね",
    ],
)
def test_more_than_a_hard_month_and_a_hot_one_get_no_offer_for_it(line: str) -> None:
    """Trouble that lasts, and the weather."""
    assert "hardship_this_month" not in actions("A: 今月のお引き落としのご案内です", line)


@pytest.mark.parametrize(
    "line",
    ["あちゃー、すっかり忘れてましたわ", "ほんまや、払うの忘れてた", "うわ、頭から抜けてました"],
)
def test_who_forgot_is_asked_for_a_day(line: str) -> None:
    """Without blame, and also where no opening told the kind of call."""
    assert actions("A: 先月分のお支払いがまだでございます", line) == ["forgot_after_payment_words"]


@pytest.mark.parametrize(
    "line",
    ["忘れてなんかいませんよ、払いました", "あ、印鑑忘れてました", "傘を店に忘れてましてね"],
)
def test_other_things_forgotten_cause_no_question_for_a_day(line: str) -> None:
    """What was not forgotten, and what is no payment."""
    found = actions("A: 先月分のお支払いがまだでございます", line)

    assert not {"forgot_payment", "forgot_after_payment_words"} & set(found)


@pytest.mark.parametrize(
    "line",
    [
        "主人がですね、そんなの払わなくていいって言うもんですから、ちょっと",
        "うちの兄がね、そんなもん払わんでええ言うて止めるんですよ",
        "うちの親が、そんなもん払うことないって言うてきかんのです",
    ],
)
def test_somebody_who_says_not_to_pay_is_not_argued_with(line: str, book: Playbook) -> None:
    """The customer is asked what the worry is, and for no payment."""
    found = actions("A: お支払いはいつ頃になりますでしょうか", line)
    play = book.play("third_party_says_no")

    assert found[0] == "third_party_says_no"
    assert play is not None
    assert play.payment is Payment.PAUSE


@pytest.mark.parametrize(
    "line",
    [
        "主人は払わなくていいって言ってましたけど、私が明日払います",
        "息子に小遣いは払わなくていいって言ってるんです",
    ],
)
def test_others_who_said_so_of_something_else_are_passed_over(line: str) -> None:
    """Who pays all the same, and what concerns another bill."""
    assert "third_party_says_no" not in actions("A: お支払いの件です", line)


@pytest.mark.parametrize(
    "line",
    [
        "もう今夜荷物まとめてここ出ます、家賃は払わないで消えるんで、探さないでください",
        "今夜のうちに夜逃げします、さようなら",
        "今晩、黙っていなくなります",
        "もう夜のうちに出ていくつもりです",
    ],
)
def test_who_is_about_to_disappear_is_not_pressed(line: str) -> None:
    """Safety stands alone, before anything about the payment."""
    assert actions(DUE, line, "はい")[0] == "disappearing"
    assert actions(DUE, line) == ["disappearing"]


@pytest.mark.parametrize(
    "line",
    [
        "領収書はもう探さないでください、出てきました",
        "あ、画面が消えますね、電池切れかな",
        "上の人が夜逃げしたみたいで、荷物がそのままなんです",
        "昨日のドラマで、社長が借金抱えて夜逃げするとこまで見ました",
        "今夜荷物をまとめて、明日の朝引っ越します",
        "夜逃げなんかしませんよ",
        "夜逃げするつもりはありません",
    ],
)
def test_what_only_sounds_like_disappearing_is_passed_over(line: str) -> None:
    """Papers, screens, neighbours, films, a move and a denial."""
    assert "disappearing" not in actions("A: お変わりございませんか", line)


VAGUE = "まあ、そのうち考えておきます"


@pytest.mark.parametrize(
    ("lines", "play"),
    [
        ((VAGUE,), "evasion"),
        ((VAGUE, "A: その後いかがでしょうか", VAGUE), "evasion_again"),
        (("A: 先週もお振り込みのお願いをいたしました", VAGUE), "evasion_again_by_agent"),
        ((VAGUE, "A: おおよその日はいかがでしょうか", VAGUE), "evasion_again_day_asked"),
        (("A: 先日もご連絡いたしました", "まあ、ぼちぼちやりますわ"), "evasion_again_in_words"),
        ((VAGUE, "A: 今月の末はいかがでしょうか", VAGUE), "evasion"),
        ((VAGUE, "A: その後は", "急かさないでください、そのうちやります"), "evasion_do_not_press"),
    ],
)
def test_the_second_vague_answer_is_asked_for_one_day(lines: tuple[str, ...], play: str) -> None:
    """The first is left to the customer, and who feels pressed is not pressed."""
    assert answers(actions(*lines)[0], play)


@pytest.mark.parametrize(
    ("lines", "play"),
    [
        (
            (DUE, "親が少し手伝ってくれる言うてるんで、なんとか払えると思います"),
            "hedged_without_a_day",
        ),
        ((DUE, "たぶん払えると思います"), "hedged_without_a_day"),
        ((DUE, "お金のことなら、余裕がありますよ"), "capacity_where_due"),
        ((DUE, "金曜にはたぶん払えると思います"), "day_named"),
        ((DUE, "たぶん払えないと思います"), "inability"),
        (("A: 月々三万円ほどになりますが", "それなら払えると思います"), "capacity"),
    ],
)
def test_a_hedged_promise_is_asked_for_a_day(lines: tuple[str, ...], play: str) -> None:
    """Where something is due and no day was named; a monthly amount is no date."""
    assert answers(actions(*lines)[0], play)


@pytest.mark.parametrize(
    "line", ["払いません、もう一円も払う気はないです", "車が壊れたままなんで、払いません"]
)
def test_who_refuses_is_promised_no_reply(line: str) -> None:
    """Nobody asked for an answer, so none is announced."""
    assert "ご連絡いたします" not in advice(DUE, line)[0].script
    assert "お返事" not in advice(DUE, line)[0].script


@pytest.mark.parametrize(
    "line",
    [
        "たとえばの話、転勤で引っ越すことになったら契約はどうなるんですか",
        "そういえば二階の人、家賃ためて出ていかはったらしいなあ",
        "春に三日ほど入院しましたけど、もうとっくに治ってぴんぴんしてます",
    ],
)
def test_what_is_over_supposed_or_a_neighbours_causes_no_words(line: str) -> None:
    """An illness that is over, a move that is only supposed, the arrears of somebody upstairs."""
    found = {"address_changed", "living_in_need", "illness"}

    assert not found & set(actions("A: お変わりございませんか", line))

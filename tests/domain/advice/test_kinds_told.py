"""What customers tell about payments, slips, means and families, and what only sounds like it."""

import pytest

from callrisk.domain.advice import load_playbook
from harness.advice_calls import actions, advice, answers

DUE = "A: お支払いの件でお電話しました"
ASKED = "A: ご入金をお願いできますでしょうか"
DEBIT = "A: 明後日のお引き落としの事前のご案内でございます"
SLIP = "A: 請求書は届いておりますか"
LITTLE = "A: 少しずつでもいかがでしょうか"
FAMILY = "A: ご主人様は何とおっしゃっていましたか"
PAID = {"payment_told", "part_paid", "already_paid", "paid_just_now"}


@pytest.mark.parametrize(
    "line",
    [
        "今このスマホから全額送金しますね",
        "今アプリ開いてるんで、このまま全額送ります",
        "じゃあ今この電話しながらスマホで振り込みますね",
        "今ネットバンキングの画面出してて、送金ボタン押します",
        "ちょうど今振り込みの手続きしてるところです",
        "母が立て替えてくれたので、今スマホで送金しますね",
        "いま銀行のアプリに金額入れてます、三万八千円ですね",
    ],
)
def test_who_is_paying_right_now_is_asked_nothing(line: str) -> None:
    """Neither the day nor the amount: only that it has been sent."""
    first = advice(ASKED, line)[0]

    assert answers(first.action, "paying_now")
    assert "伺" not in first.script


@pytest.mark.parametrize(
    "line",
    [
        "スマホから送金ってできるんですか",
        "今スマホが壊れてて、振り込めないんです",
        "今アプリで払えないんですよ、残高がなくて",
        "さっきスマホで払いました",
        "今スマホの手続きしてて、機種変更なんです",
        "今はスマホ代を払うので精一杯です",
        "今スーパーのレジでお金払ってるとこで、ちょっとうるさくて聞こえないんですけど",
        "今アプリで天気見てたら雨ですね、来週払います",
    ],
)
def test_what_only_sounds_like_paying_now_is_none(line: str) -> None:
    """Questions, what cannot be done, what is done, and other things."""
    assert "paying_now" not in actions(ASKED, line)


@pytest.mark.parametrize(
    "line",
    [
        "それなら昨日のうちに口座に入れといたよ、心配いらんよ",
        "もう入れたから大丈夫ですよ",
        "通帳に四万円、先週のうちに入れておいたわ",
        "娘が口座にお金を移しといてくれました",
        "残高なら確かめました、ちゃんと入ってます",
        "口座に用意してあるから安心して",
        "今朝入金しといたで、落ちると思うわ",
        "夕べのうちに入れときましたから",
    ],
)
def test_money_that_waits_for_a_debit_is_no_payment(line: str) -> None:
    """The debit day is named; nothing is apologised for."""
    found = advice(DEBIT, line)

    assert found[0].action == "debit_money_ready"
    assert not [one for one in found if one.action in PAID]
    assert "引き落とし日" in found[0].script
    assert "行き違い" not in found[0].script


@pytest.mark.parametrize(
    ("agent", "line"),
    [
        ("A: 先月のお引き落としができませんでした", "昨日口座に入れておきました"),
        (DEBIT, "昨日コンビニで払いましたよ"),
        (DEBIT, "そちらの口座に昨日振り込んでおきました"),
        (DEBIT, "前の日に口座に入れておきますね"),
        (DEBIT, "口座に入れてなかったわ"),
        (DEBIT, "口座に入れといたらいいんですか"),
    ],
)
def test_no_money_waits_for_a_debit(agent: str, line: str) -> None:
    """After a debit that failed, for payments, and for what is still to do."""
    assert "debit_money_ready" not in actions(agent, line)


@pytest.mark.parametrize(
    ("agent", "line"),
    [
        ("A: その後のご状況はいかがでしょうか", "おたくの滞ってた分も昨日全部払うといたで"),
        (
            "A: 先週のお電話では、今月は払えないと",
            "財布が届いててね、その足で一万二千円お支払いしてきましたよ",
        ),
        ("A: 未納が三か月分ございます", "とりあえず一か月分だけ、さっき入れてきました"),
        ("A: 残りの分は", "半分は先週納めましたよ"),
        (DUE, "給料が出たその足でコンビニ寄って、済ませてきました"),
        ("A: お約束の日が過ぎておりますが", "おととい孫に頼んで納めてもろたで"),
        ("A: ご入金がまだですが", "母が代わりに払ってくれました"),
        ("A: ご入金がまだですが", "全部は無理やったんで、半分だけ払うときました"),
        ("A: ご入金がまだですが", "二千円だけですが、入れさせてもらいました"),
    ],
)
def test_a_payment_told_is_thanked_for_and_checked(agent: str, line: str) -> None:
    """Also a part, by somebody else, and beside other news."""
    first = advice(agent, line)[0]

    assert any(answers(first.action, paid) for paid in PAID)
    assert "入金を確認" in first.script


@pytest.mark.parametrize(
    "line",
    [
        "昨日病院代を払ってきたら、何も残りませんでした",
        "いつも払ってきましたけど、今月は無理です",
        "先に税金を払ってしまいました",
        "まだお支払いしてきてないんです",
        "友達に貸したお金を返してもらいました",
        "主人が払ってくれたと思ってました",
    ],
)
def test_what_is_no_payment_to_us_is_not_thanked_for(line: str) -> None:
    """Payments to others, of before, and only supposed."""
    assert not PAID & set(actions("A: ご入金がまだですが", line))


@pytest.mark.parametrize(
    "line",
    [
        "まだです、なんか封も開けないでそのまんま溜めちゃってて、どれがどれだか",
        "請求書がたまっちゃって、どれがどれだかわからないんです",
        "郵便物は開けないで積んだままなんですわ",
        "引き出しに突っ込んだまんま、見てないです",
        "何枚も来てて、どれを払ったらいいのやら",
        "いろんな紙と混ざって、どの用紙かわからへん",
        "未開封のまま机に置いてあります",
        "机の上に積みっぱなしです、すんません",
        "来てるけど開けてないです",
    ],
)
def test_who_has_lost_sight_of_slips_is_offered_a_new_one(line: str) -> None:
    """Without blame."""
    first = advice(SLIP, line)[0]

    assert answers(first.action, "slips_unopened")
    assert "再発行" in first.script


@pytest.mark.parametrize(
    "line",
    [
        "開ける気もないね、全部ゴミ箱だよ",
        "ちゃんと開けて見ましたよ",
        "仕事が溜まっちゃって、どれから手をつけていいか",
        "怖くて封も開けられません",
        "おたくの封筒は開けないことにしてる、払わないからね",
        "他にも督促が山のように来てて、どれがどれだか",
    ],
)
def test_fear_refusal_and_debts_are_no_piles_of_slips(line: str) -> None:
    """They are met by what they are."""
    assert "slips_unopened" not in actions(SLIP, line)


@pytest.mark.parametrize(
    "line",
    [
        "月々千円にしてもらっても出せないってこと、もう何やっても返せる見込みがないんだって",
        "五千円どころか、千円だって出せないんです",
        "どんな払い方にしてもらっても無理なんです",
        "何回に分けても払えないものは払えないですよ",
        "月に五百円ですら捻出できへんのです",
        "逆さに振っても一円も出てきません",
        "いくら減らしてもらっても、うちには払えません",
        "分割だろうが何だろうが、ないものは払えない",
    ],
)
def test_where_no_way_works_none_is_looked_for(line: str) -> None:
    """The advice desk is named, and nothing beside it asks for a payment."""
    found = advice(LITTLE, line)

    assert answers(found[0].action, "no_way_at_all")
    assert "相談窓口" in found[0].script
    assert "方法" not in found[0].script
    assert "inability" not in [one.action for one in found]


@pytest.mark.parametrize(
    "line",
    [
        "三万円は一度に払えないので、分割にしてください",
        "手数料の千円も払えって言うんですか",
        "納得いかないから千円も払いません",
        "今月は無理ですけど、千円ずつなら出せます",
        "二千円でも無理すれば払えますよ",
        "もう借金十二でしょ。返せる見込みなんてないですよ、あの打線じゃ",
    ],
)
def test_who_sees_a_way_is_not_sent_to_the_desk(line: str) -> None:
    """Instalments, disputes and baseball."""
    assert "no_way_at_all" not in actions(LITTLE, line)


@pytest.mark.parametrize(
    ("agent", "line", "play"),
    [
        (
            FAMILY,
            "こんな高いの払うことないって言うんですよ、私もなんだか迷ってきちゃって",
            "third_party_wavering",
        ),
        (DUE, "息子に、騙されてるからやめとけって言われて、迷ってるんです", "third_party_wavering"),
        (FAMILY, "反対されましてね、私もちょっと自信がなくなってきました", "third_party_wavering"),
        (DUE, "友達にそれ高いよって言われて、なんか払うのためらっちゃって", "third_party_wavering"),
        (DUE, "妻に止められて、どうしようか考え中なんです", "third_party_wavering"),
        (DUE, "家族みんなに反対されて、心が揺れてるんです", "third_party_wavering"),
        (DUE, "嫁がね、高すぎるってうるさくて、どうしようかなって", "third_party_wavering"),
        (FAMILY, "そんなの要らないだろうって言うんです", "third_party_objects_when_asked"),
        (DUE, "主人に、高いから断れって言われちゃって", "third_party_objects"),
    ],
)
def test_who_wavers_because_of_others_is_heard(agent: str, line: str, play: str) -> None:
    """Nobody is persuaded."""
    first = advice(agent, line)[0]

    assert answers(first.action, play)
    assert "説得せず" in first.text


@pytest.mark.parametrize(
    ("agent", "line"),
    [
        (DUE, "ご迷惑だって息子に言われまして、すぐ払います"),
        (DUE, "道に迷ったって主人が言うもんで、遅くなりました"),
        (DUE, "主人は反対してますけど、私は払います"),
        ("A: 今日のお昼は", "カレーかラーメンか迷ってるって主人が言うんですよ"),
        (FAMILY, "もったいないから続けなさいって言います"),
        (DUE, "息子が高いって言ったけど、気に入ってるから続けますよ"),
    ],
)
def test_who_has_decided_does_not_waver(agent: str, line: str) -> None:
    """Nor does who lost the way."""
    assert not [one for one in actions(agent, line) if one.startswith("third_party_")]


@pytest.mark.parametrize(
    "line",
    [
        "無理です、通帳に三百円しか残ってなくて、今日食べるものもどうしようかって感じなんで",
        "財布に百円しかなくて、明日のご飯をどうしようかと",
        "子どもに食べさせるものもなくて",
        "無理です、今日の食費もどうしたらいいか",
        "ご飯も食べられてないのに、払えるわけないでしょう",
        "米を買うお金もないんですよ",
        "フードバンクでもらったもので食いつないでます",
        "二日前から何も食べてません",
    ],
)
def test_who_has_nothing_to_eat_is_helped_to_live_first(line: str) -> None:
    """Before any way to pay."""
    assert answers(actions(ASKED, line)[0], "nothing_to_eat")


@pytest.mark.parametrize(
    "line",
    [
        "今日の晩ご飯どうしようかと考えてたとこで、あとで払います",
        "食べるものは足りてますから大丈夫、明日払います",
        "お昼食べる時間もないくらい忙しくて",
    ],
)
def test_a_meal_to_choose_is_no_hunger(line: str) -> None:
    """Small talk about food."""
    assert "nothing_to_eat" not in actions(ASKED, line)


def test_the_new_advice_never_asks_for_a_payment() -> None:
    """Each of these plays rests the request, or leaves it to others."""
    for play_id in ("paying_now", "no_way_at_all", "third_party_wavering", "payment_told"):
        play = load_playbook().play(play_id)

        assert play is not None
        assert play.payment == "pause"

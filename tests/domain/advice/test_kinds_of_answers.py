"""Kinds of answers that customers give in their own words, and what only looks like them."""

import pytest

from callrisk.domain.advice import load_playbook
from callrisk.domain.advice.play import Payment
from callrisk.domain.advice.questions import asks
from harness.advice_calls import actions, advice, answers

DUE = "A: 今月分のお支払いがまだでございます"
WHEN = "A: お支払いはいつごろになりますか"
HOW = "A: お支払いはいかがでしょうか"
LETTER = "A: お手紙はご覧いただけましたか"
STOPPED = "A: このままですと給水停止になります"
SMALL_TALK = "A: 最近いかがお過ごしですか"


@pytest.mark.parametrize(
    "line",
    [
        "司法書士の先生からそちらに手紙が行くと思うんで、もう直接は話すなって言われてるんです",
        "昨日弁護士の先生のところへ行って、自己破産の手続きをお願いしてきました",
        "法テラスで先生を紹介してもらって、全部お任せすることになりましたんで",
        "その話なら弁護士事務所に行ってください",
        "弁護士入れたんで、今後はそちらの事務所に書面でお願いします",
        "先生から、債権者とは直接しゃべらんようにって釘刺されてるんです",
    ],
)
def test_who_has_a_lawyer_is_asked_for_the_office_only(line: str) -> None:
    """However it is said, and beside nothing that asks for a payment."""
    found = advice(HOW, line)
    plays = [load_playbook().play(one.action) for one in found]

    assert found[0].action == "lawyer_took_over"
    assert not [play for play in plays if play and play.payment is Payment.ASK]


@pytest.mark.parametrize(
    "line",
    [
        "大学で法律やってて、司法書士の試験受けるんだって張り切ってますよ",
        "弁護士ドラマを一気見しちゃって、寝不足ですよ",
    ],
)
def test_a_lawyer_of_small_talk_takes_nothing_over(line: str) -> None:
    """A child's studies and a film."""
    assert "lawyer_took_over" not in actions(SMALL_TALK, line)


@pytest.mark.parametrize(
    ("agent", "line", "play"),
    [
        (DUE, "車はもう持ってってください。鍵はポストに入れときますんで", "gives_up_the_goods"),
        (DUE, "もうバイク取りに来てくださいよ、どうせ払えやしないんだから", "gives_up_the_goods"),
        (LETTER, "見るのが嫌でおたくの封筒はそのまま積んだるわ", "afraid_of_contact"),
        (LETTER, "封筒は来とるけど、見るのが嫌でそのまま積んだるわ", "afraid_of_contact"),
        (DUE, "ずっと居留守使ってました、怖くて出られなかったんです", "afraid_of_contact"),
        (DUE, "毎日督促の電話が鳴るたびに手が震えるんです", "afraid_of_contact"),
        (DUE, "昨日から米も買うてへんし、水しか飲んでません", "nothing_to_eat"),
        (DUE, "うちの米びつ、もう空なんですよ", "nothing_to_eat"),
        (DUE, "給料は全部銀行に押さえられちゃってて", "wages_seized"),
        (DUE, "サラ金が四つ、カードが三枚、もう首が回らんのです", "heavy_debt"),
        (DUE, "とうとう看板下ろすことにしたよ", "business_closed"),
        (DUE, "娘と二人、もう生きていくのもしんどいです", "distress"),
        (DUE, "もう何もかもどうでもよくなりました", "distress"),
        (DUE, "もう疲れました。どっか遠くに行こうと思ってます", "disappearing"),
        (STOPPED, "止めたきゃ止めたらええわ", "refusal_in_words"),
        (DUE, "好きなときに取りに来てください。鍵は車の中です", "gives_up_the_goods"),
        (LETTER, "中身を見るのが恐ろしくて、全部押し入れに突っ込んでます", "afraid_of_contact"),
        (DUE, "自己破産するって決めて、今日裁判所に行ってきたんですよ", "insolvency"),
        (STOPPED, "差し押さえでもなんでもしてくれ、痛くもかゆくもないわ", "refusal_in_words"),
        (DUE, "あの車、駐車場に置いてあるんで、引き取ってもらえませんか", "gives_up_the_goods"),
        (DUE, "他にも督促が山のように来てて、どこから手をつけていいのか", "heavy_debt"),
        (DUE, "今日の晩ご飯代もないのよ", "nothing_to_eat"),
        ("A: ご主人様のお加減は", "先月息を引き取りました。どうしたらいいものか。", "deceased"),
        (DUE, "もう誰とも話したくないんです、放っておいてください", "pressed_in_words"),
        (DUE, "民事再生の申立てを来週出します、会社更生の準備です", "insolvency"),
        (DUE, "本人は行方不明です。私は大家の娘です", "not_contract_holder"),
        (
            WHEN,
            "いや、もう払いませんよ。引き落としも昨日銀行で止めてきましたから。",
            "refusal_in_one_breath",
        ),
    ],
)
def test_grave_words_are_met_with_care(agent: str, line: str, play: str) -> None:
    """Who gives up, is afraid, hungry or in despair is not asked for a payment."""
    assert answers(actions(agent, line)[0], play)
    assert "cancellation" not in actions(agent, line)


@pytest.mark.parametrize(
    ("agent", "line", "play"),
    [
        ("A: 納車のご案内です", "車は修理に出すので取りに来てもらえますか", "gives_up_the_goods"),
        (LETTER, "怖い先生の授業の通知が来ました", "afraid_of_contact"),
        (DUE, "怖くて開けられなかったけど、明日払います", "afraid_of_contact"),
        (DUE, "無理なダイエットで昨日から何も食べてないんですよ", "nothing_to_eat"),
        (DUE, "隣の店が差し押さえられたってテレビで言ってました", "wages_seized"),
        (SMALL_TALK, "旅行でどこか遠くに行こうと思ってます、疲れたので", "disappearing"),
        (
            SMALL_TALK,
            "若い頃はね、夜逃げしようかって時もあったけど、もう昔の笑い話ですわ",
            "disappearing",
        ),
        ("A: お勤めは長いですか", "前の会社が潰れたのは八年も前の話です", "income_lost_in_words"),
        (SMALL_TALK, "競馬でスッちゃってね、財布が軽い軽い、わはは", "short_in_words"),
        (HOW, "給料が下がったとかじゃないんですよ", "income_reduced_in_words"),
        (SMALL_TALK, "後輩がいますけど、あいつは家賃も払えないってぼやいてます", "living_in_need"),
        (SMALL_TALK, "もう忙しくて首が回らないですよ、人手不足でね", "hardship"),
        (SMALL_TALK, "鼻が詰まって夜も眠れないし、もう限界ですよ", "hardship"),
        (SMALL_TALK, "橋の手前で四十分止まってて、限界です、無理です。トイレが", "inability"),
    ],
)
def test_what_only_sounds_grave_causes_no_such_advice(agent: str, line: str, play: str) -> None:
    """Small talk, what is over, and what concerns others."""
    assert play not in actions(agent, line)


@pytest.mark.parametrize(
    ("agent", "line", "play"),
    [
        (HOW, "娘が手伝ったるって言ってくれとるで、月末には払えると思うわ", "day_named"),
        (HOW, "入院の保険が今朝振り込まれたんで、たまっとる分は水曜に全部払うわ", "day_named"),
        (HOW, "給与口座を変えたのを忘れてました。今日中に振り込みます", "day_named"),
        (HOW, "半分だけなら、今月の末に入れられると思います", "part_with_a_day"),
        (
            "A: 月一万円からの分割もございます",
            "あ、それなら払えます。それで進めてください",
            "instalments_accepted",
        ),
        (DUE, "半分だけなら何とか払えます", "part_offered"),
        (DUE, "孫が来とるで、用紙持たせてローソンまで走ってもらうわ", "somebody_goes_to_pay"),
        (DUE, "今もうATMの列に並んでるんで", "somebody_goes_to_pay"),
        (DUE, "滞ってた分は全部、今朝振り込み終わりました", "already_paid"),
        (DUE, "少し遅れると思います", "delay_in_words"),
        (DUE, "年末まで少し猶予をいただけないでしょうか", "delay_dated"),
        (HOW, "うちの兄貴がね、そんなもん払わんでもええって言うんだわ", "third_party_says_no"),
        (HOW, "親父に話したら、そんな契約無効だから払っちゃいかんって", "third_party_says_no"),
        (WHEN, "いやあ、それがさっぱり見当つかないんですわ", "day_unknown"),
        (WHEN, "取引先の入金待ちでね、それが入らんことには動けんのです", "waiting_for_money"),
        (DUE, "うわ、すっかり忘れとった。用紙もどこにやったかなあ", "forgot_after_payment_words"),
        (DUE, "いやあ、財布の風通しがよくってねえ", "short_in_words"),
        ("A: 何かご心配な点は", "残業がなくなって手取りがだいぶ減りまして", "income_reduced"),
        (DUE, "今ちょっと立て込んでるんで、またにしてもらえます?", "call_back"),
        (DUE, "そちらの記録がおかしいんじゃないですか", "accuses_of_mistake"),
        (DUE, "お宅、本当に水道局の方? 最近詐欺が多いから", "suspects_fraud"),
        (DUE, "昨日引き落とされてましたけど", "paid_just_now"),
        (DUE, "とっくに払ってますよ、今月の3日に。レシートもあります", "already_paid"),
        (
            HOW,
            "旦那に見せたら、こんなの払わなくていいって破っちゃったんです",
            "third_party_says_no",
        ),
        (DUE, "それなら払います、今この場で", "promise_at_once"),
        (DUE, "給料が遅れてて、まだ入ってこないんですよね", "waiting_for_money"),
        (DUE, "税金と重なるから、残高が足りるか怪しいな", "may_not_suffice"),
        (DUE, "あら、すっかり失念しておりました", "forgot_after_payment_words"),
        (DUE, "確認したら合ってました。じゃあ支払います", "promise_in_words"),
        (DUE, "叔母が用立ててくれるそうで、来月頭には何とか返せます", "day_named"),
        (DUE, "父が全額出してくれました。今朝、銀行で払い込みを終えたところです", "paid_just_now"),
        (HOW, "息子に叱られましてね、クーリングオフしろ、金は払うなって", "third_party_says_no"),
        (DUE, "残りがギリギリなんで、落ちるかどうかヒヤヒヤしてます", "may_not_suffice"),
        (DUE, "今病院の待合なんで、また後で", "call_back"),
        ("A: 次のお支払いですが", "何とかしますよ、何とか", "hedged_without_a_day"),
        ("A: お仕事はその後いかがですか", "きのう採用の連絡が来ました", "good_news"),
    ],
)
def test_plain_answers_are_met_by_what_was_said(agent: str, line: str, play: str) -> None:
    """A day, a part, a delay, somebody's word: none of it is passed over in silence."""
    assert answers(actions(agent, line)[0], play)


@pytest.mark.parametrize(
    ("agent", "line", "play"),
    [
        (HOW, "明日払えますか", "day_named"),
        ("A: 納車は何日がよろしいですか", "じゃあ十五日で", "day_answered"),
        (HOW, "来週にならないとわからないので、払うかもしれません", "day_named"),
        (HOW, "もし月末に払ったら手数料はかかりますか", "day_named"),
        ("A: 二万円に組み直しますと", "月二万なら問題なく払えます", "part_offered"),
        (DUE, "主人が今朝窓口で全部払ってきました", "somebody_goes_to_pay"),
        (DUE, "遅れて申し訳ありません", "delay_in_words"),
        (DUE, "待ってほしいとかそういうのじゃなくて、住所を直したいんです", "delay_in_words"),
        (SMALL_TALK, "次の仕事見つかったのかな", "good_news"),
        (SMALL_TALK, "いつになるか、納期はまだわからないですよね", "day_unknown"),
        (DUE, "こんな詐欺みたいな契約に払う気はありません", "suspects_fraud"),
        (DUE, "お宅の口座番号って変わってないですよね", "bank_account_changed"),
    ],
)
def test_what_only_sounds_like_such_an_answer_is_none(agent: str, line: str, play: str) -> None:
    """Questions, what is supposed, and what was done already."""
    assert play not in actions(agent, line)


@pytest.mark.parametrize(
    "line",
    [
        "引き落としの口座を別の銀行に変えるときって、はんこは要りますか",
        "もし入院とかになったら、途中で止められたりするんですか",
        "契約のアンペアを上げたいんですけど、工事って半日くらいかかるもんですか",
    ],
)
def test_a_question_is_answered_and_not_thanked_for(line: str) -> None:
    """The words to say fit a question."""
    first = advice("A: ほかにご不明な点はございますか", line)[0]

    assert first.action == "question_first"
    assert "お答え" in first.script


@pytest.mark.parametrize(
    "line",
    [
        "いや、払えないってことじゃなくて、引き落としが何日か聞きたいだけです",
        "支払いが厳しいわけじゃないんです、ただ内訳を知りたくて",
    ],
)
def test_who_denies_trouble_is_helped_with_the_matter(line: str) -> None:
    """No word about worries, and no thanks for a payment."""
    first = advice("A: お支払いでお困りでしょうか", line)[0]

    assert first.action in {"denies_in_words", "denies_trouble"}
    assert "ご用件" in first.script


def test_an_answer_that_says_nothing_clear_is_asked_about_once() -> None:
    """Only where the agent asked for the payment."""
    line = "それがですね、話すと長くなるんですけれども"

    assert actions("A: お支払いのご予定はいかがでしょうか", line)[0] in {
        "answer_unclear",
        "need_evades",
    }
    assert actions("A: お支払いでお困りでしょうか", line) == []


def test_who_wonders_aloud_asks_nothing() -> None:
    """来年どうなるか読めない is no question."""
    assert not asks("来年どうなるかちょっと読めないんだよ")
    assert asks("遅れたらどうなりますか")
    assert asks("口座振替の用紙って、印鑑二か所に押すんでしたっけ")
    assert not asks("ああ、そうでしたっけ")

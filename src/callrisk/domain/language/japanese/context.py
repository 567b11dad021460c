"""An answer after the question: features of a pair of neighbouring turns, and what it denies."""

import re
from collections.abc import Iterable, Iterator

from callrisk.domain.language import signs
from callrisk.domain.language.analysed import Analysed
from callrisk.domain.language.japanese.text import plain_text
from callrisk.domain.language.statement import Intent

# Beyond this an answer speaks for itself, and its kind is "long".
LONGEST_ANSWER = 25
# Words that only keep a conversation going; longer ones before their beginnings, as none is
# taken back (possessive, so that a long turn costs no more than its length).
_KEEPS_GOING = re.compile(
    "(?>はい+|ええ+|うー*ん|うん+|はあ+|へえ+|ああ+|あっ?|おう|んー*|えー*っ?と|えっ?|あのー*|そのー*|まあ*|なんか|なるほど"
    "|そうなんですか?ね?|そうなんだ|そうですねえ?|そうですか|そっか|そうか|そう|たしかに|ですよね|ですね|でしょうね|どうでしょう"
    "|わかりました|分かりました|承知しました|承知いたしました|かしこまりました|了解です|了解しました|了解|大丈夫です"
    "|お願いします|お願いいたします|お願いできますか|よろしく|すみません|すいません|失礼します|失礼いたします|もしもし"
    "|ありがとうございました|ありがとうございます|ありがとう|どうも|こちらこそ|お世話になっております|お世話になります"
    "|いえいえ|いえ|いいえ|いや|じゃあ|それでは|それじゃ|それで|これで|では|ちょっと|よ|ね|な|ー|…|[?？!！])++"
)
_KINDS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("yes", "^(?:はい|ええ|うん|はあい|そう|もちろん|おう|ああ|へえ|もう)"),
        ("no", "いいえ|いえ|いや|うんにゃ|いんや|ううん|全然|まったく|とんでも|違"),
        ("fine", "大丈夫|問題|平気|できます|いけます|ばっちり|余裕|ええよ|いいですよ|結構"),
        ("hesitating", "うーん|ちょっと|さあ|まあ|どう|え+っと|そうですね|微妙|なんとも|…"),
        (
            "when",
            r"\d+日|[一二三四五六七八九十]+日|月末|来週|来月|今週|今日|明日|あした|曜|給料日|年金|ボーナス"
            "|月曜|火曜|水曜|木曜|金曜|土曜|日曜|週明け|夕方|今夜",
        ),
        ("amount", "円|万|千|半分|回に|回で|ずつ"),
        ("negated", f"[{signs.NEGATED}]"),
        ("obliged", f"[{signs.OBLIGED}]"),
        ("bad", "無理|きつ|厳し|苦し|難し|だめ|ダメ|あかん|さっぱり|からっぽ|ゼロ|一円も"),
        ("asking", "か$|か[？?]|[？?]$"),
        ("vague", "そのうち|また|後で|あとで|考え|検討|わから|分から|忙し|今度"),
    )
)
_WORD = re.compile("[一-龠々]+|[ァ-ヶー]{2,}")
_NEGATIVE_QUESTION = re.compile("(?:ない|ません|なかった)(?:でしょう|です)?(?:か|よね|でしょうか)$")
_TAIL = 6


# A bare no to a question that is not negative denies what was asked; a bare hesitation affirms
# nothing. 生活は苦しいですか — いいえ may still say that there is room.
_BARE_NO = re.compile(
    "(?:いや|いいえ|いえ|ううん|いえいえ|別に|ないです|ありません|全然|一度もないです|一度も)+"
)
_BARE_HESITATION = re.compile(
    "(?:ちょっと|うーん|さあ|どうかな|どうでしょう|微妙です?|そうですね|え+っと|…|ね|ー)+"
)
# What an agent's turn must touch for the answer to mean something about paying.
_MATTERS = re.compile(
    "代|借|円|払|滞|納|給|貯|費|返|いつ|お店|お金|やめ|不安|不足|事情|事故"
    "|代金|余裕|保険|信用|入金|内訳|分割|厳し|収入|口座|同意|名義|売上|失業"
    "|契約|家計|家賃|就職|延滞|引落|心配|必要|承知|振替|振込|支払|支障|整理"
    "|料金|景気|更新|書面|期日|期限|残り|残高|準備|無理|状況|理由|生活|用意"
    "|疑問|督促|破産|約束|納得|経営|継続|続け|義務|苦し|解約|説明|請求|負担"
    "|責任|資金|転職|返済|退職|通知|遅れ|都合|金額|難し|いくら|お仕事|お勤め"
    "|お困り|お手紙|ご不明|ご利用|ご家族|ご理解|ご相談|どなた|ハガキ|プラン"
    "|ローン|引き落|振り込|暮らし|ブラック|ボーナス|売り上げ"
)
# What is asked last is a fact about the person or the car, or nothing but attention.
_ASKS_A_FACT = re.compile(
    "(?:お名前|ご?住所|郵便番号|電話番号|生年月日|ご年齢|お色|車種|ナンバー|年式|ふりがな|フリガナ|漢字|アドレス|メモ"
    "|お届け先)[^。]{0,24}$"
)
# AかBか: a bare yes chooses neither.
_ALTERNATIVES = re.compile("か.{2,24}(?<!です)(?<!ます)か.{0,30}(?:か|でしょう)?$")
# A turn of the agent that wants an answer: a question, a request, a sentence left open.
_ASKS = re.compile(
    "か$|[？?]$|お願い|ください|下さい|いただけ|いただき|でしょう|ですね$|よね$|のですが$|が$|けど$|は$|って$|ましょう$|……?$|…$"
)
_NOT_BY_NO = frozenset(
    {
        Intent.PROMISE, Intent.PAST_DEFAULT, Intent.OTHER_DEBT, Intent.RESOLVED,
        Intent.OBLIGATION_ACK, Intent.THIRD_PARTY,
    }
)  # fmt: skip
_NOT_BY_HESITATION = _NOT_BY_NO | {Intent.CAPACITY}
# A question that supposes a loss: who says no has not lost it.
_LOSS = re.compile("減|下が|落ち|辞め|失|なくな|休業|退職")
# An answer that ends in ない or ません has no debt, no arrears and no loss by the question.
_NEGATED_END = re.compile(f"[{signs.NEGATED}](?:で?す)?(?:けれ?ど|よ|ね|な|わ|の|から|が)*$")
_NOT_BY_NEGATED = frozenset({Intent.PAST_DEFAULT, Intent.OTHER_DEBT})


def denied(agent_turn: str, answer: str) -> frozenset[Intent]:
    """Return the intents that an answer cannot have after the agent's turn, by its operator."""
    asked = plain_text(agent_turn).text
    if not _MATTERS.search(asked) or _ASKS_A_FACT.search(asked):
        return frozenset(Intent)
    if only_keeps_going(answer) and (not _ASKS.search(asked) or _ALTERNATIVES.search(asked)):
        return frozenset(Intent)
    if _BARE_HESITATION.fullmatch(answer):
        return _NOT_BY_HESITATION
    if _BARE_NO.fullmatch(answer) and not _NEGATIVE_QUESTION.search(asked):
        return _without_loss(_NOT_BY_NO, asked)
    if _NEGATED_END.search(answer) and not _NEGATIVE_QUESTION.search(asked):
        return _without_loss(_NOT_BY_NEGATED, asked)
    return frozenset()


def _without_loss(intents: frozenset[Intent], asked: str) -> frozenset[Intent]:
    return intents | {Intent.INCOME_LOSS} if _LOSS.search(asked) else intents


def only_keeps_going(text: str) -> bool:
    """Return True for a turn of words that say nothing without the turn before."""
    return bool(_KEEPS_GOING.fullmatch(text))


def pair_features(agent_turn: str, answer: Analysed, own: Iterable[str]) -> Iterator[str]:
    """Yield the features of an answer after the agent's turn; `own` are those of the answer."""
    asked = plain_text(agent_turn).text
    yield from (f"c:{name}" for name in own)
    yield from (f"a:{asked[at : at + run]}" for run in (2, 3) for at in range(len(asked) - run + 1))
    tail = asked[-_TAIL:]
    yield from (f"t:{tail[at:]}" for at in range(len(tail)))
    text = answer.text
    kinds = [name for name, pattern in _KINDS if pattern.search(text)] or ["other"]
    if len(text) > LONGEST_ANSWER:
        kinds = ["long"]
    polarity = "n" if _NEGATIVE_QUESTION.search(asked) else "p"
    words = {part for word in _WORD.findall(asked) for part in (word[:2], word[-2:])}
    for kind in kinds:
        yield from (f"y:{kind}", f"y:{polarity}{kind}")
        for word in words:
            yield from (f"x:{word}*{kind}", f"x:{word}*{polarity}{kind}")
        yield from (f"w:{tail[at:]}*{kind}" for at in range(len(tail)))
    for word in words:
        yield from (f"z:{word}*{text[:3]}", f"z:{word}*{text[-4:]}")

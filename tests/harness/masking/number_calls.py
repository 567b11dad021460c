"""Made-up calls in which a number or an e-mail address is dictated."""

import random

from callrisk.domain.segment import ParticipantRole
from harness.masking.digit_scripts import ACCOUNT, SCRIPTS, by_place

WHOLE, DICTATED, ONE_BY_ONE = 0.15, 0.5, 0.05
AGENT, CUSTOMER = ParticipantRole.AGENT, ParticipantRole.CUSTOMER
Turns = list[tuple[ParticipantRole, str]]
PAUSES = (
    "の",
    "、",
    " ",
    "　",
    "、えーと、",
    "、えっと",
    "ハイフン",
    "ー",
    "、はい、",
    "で、",
    "ですね、",
)
BEFORE = (
    *(
        "電話番号は、",
        "携帯は",
        "番号は",
        "カード番号が",
        "口座番号は普通の",
        "はい、",
        "えっと、",
        "",
    ),
    *("それでは申し上げます。", "ご連絡先は", "じゃあ言いますね、", "私の番号は", "会社のほうは"),
    *("引き落としは", "控えていただけますか、", "お客様のお電話番号は", "クレジットカードが、"),
)
NAMED = ("口座番号は", "番号は普通の", "口座のほうが、", "普通預金の番号が")
BEHIND = (
    "です",
    "です。",
    "になります",
    "",
    "でお願いします",
    "ですけど",
    "まで",
    "でよろしいですか。",
)
MAIL_NAMES = (
    "tanaka",
    "taro.yamada",
    "ｔａｎａｋａ",
    "タナカ",
    "hanako1985",
    "ティーエーアールオー",
)
MAIL_SIGNS = ("アットマーク", "あっとまーく", "@", "＠")
MAIL_DOMAINS = (
    "gmail.com",
    "gmailドットcom",
    "ジーメールドットコム",
    "docomo.ne.jp",
    "ヤフーどっとシーオーどっとジェーピー",
)
MAIL_BEFORE = ("メールは", "メールアドレスは、", "アドレスが", "はい、", "")
AIZUCHI = (
    "はい",
    "はい、どうぞ",
    "ええ",
    "はい。",
    "うん",
    "はい、かしこまりました",
    "少々お待ちください",
)


def number_call(rng: random.Random) -> tuple[str, Turns]:
    number = _number(rng)
    return number, _call(number, rng)


def mail_call(rng: random.Random) -> tuple[str, Turns]:
    """The name of an address, and the address in one turn or parted beside its at sign."""
    name, at, domain = rng.choice(MAIL_NAMES), rng.choice(MAIL_SIGNS), rng.choice(MAIL_DOMAINS)
    before, behind = rng.choice(MAIL_BEFORE), rng.choice(BEHIND[:4])
    parts = rng.choice(
        ([name + at + domain], [name, at + domain], [name + at, domain], [name, at, domain])
    )
    parts = [before + parts[0], *parts[1:]]
    parts[-1] += behind
    return name, [turn for part in parts for turn in ((CUSTOMER, part), (AGENT, "はい"))]


def _number(rng: random.Random) -> str:
    """A mobile, a landline, a toll-free, an account or a card number."""
    tail = "".join(rng.choices("0123456789", k=16))
    kinds = (
        rng.choice(("090", "080", "070")) + tail[:8],
        rng.choice(("03", "06", "052", "0466", "0120")) + tail[:8],
        tail[:7],
        "1" + tail[:4] + tail[5:13],
        rng.choice("45") + tail[: rng.choice((13, 15, 15, 15))],
        rng.choice("45") + tail[:15],
    )
    return rng.choice(kinds)


def _groups(number: str, rng: random.Random) -> list[str]:
    """A number as people cut it."""
    sizes = {11: (3, 4, 4), 10: (2, 4, 4), 7: (3, 4), 13: (5, 8)}.get(len(number), (4, 4, 4, 4))
    if rng.random() < WHOLE:
        return [number]
    cut, groups = 0, []
    for size in sizes:
        groups.append(number[cut : cut + size])
        cut += size
    return [group for group in (*groups, number[cut:]) if group]


def _call(number: str, rng: random.Random) -> Turns:
    say, groups = rng.choice(SCRIPTS), _groups(number, rng)
    spoken = [say(group, rng) for group in groups]
    one_by_one = rng.random() < ONE_BY_ONE
    # An account said as an amount or a count is said is told from one only by a word before it.
    is_odd = len(number) == ACCOUNT and (one_by_one or say is by_place)
    before = rng.choice(NAMED if is_odd else BEFORE)
    if one_by_one:
        return _dictated(before, [say(digit, rng) for digit in number], rng)
    if len(spoken) > 1 and rng.random() < DICTATED:
        return _dictated(before, spoken, rng)
    join = rng.choice(("-", "", "‐", "−", *PAUSES, ") ("))
    whole = before + join.join(spoken) + rng.choice(BEHIND)
    return [(AGENT, "ご確認をお願いいたします。"), (CUSTOMER, whole), (AGENT, rng.choice(AIZUCHI))]


def _dictated(named: str, spoken: list[str], rng: random.Random) -> Turns:
    """One group a turn, the other speaker between, repeating now and then."""
    turns: Turns = []
    for place, group in enumerate(spoken):
        before = named if place == 0 else rng.choice(("", "", "はい、", "えっと、", "次が、"))
        last = place == len(spoken) - 1
        behind = rng.choice(BEHIND[:5]) if last else rng.choice(("", "の", "、", "です", "で"))
        turns.append((CUSTOMER, before + group + behind))
        echo = group + rng.choice(("", "ですね", "、はい", "の"))
        turns.append((AGENT, rng.choice((*AIZUCHI, echo, echo))))
    return turns

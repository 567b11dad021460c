"""Whether numbers are hidden and amounts are not: python benchmarks/masking.py [--seeds 5]

Each seed makes 500 card, phone and account numbers and e-mail addresses in sentences, written and
spoken in many ways, whole or over several turns, and calls with 500 amounts, dates and lengths. A
number counts as hidden when no three of its digits survive one after the other and no turn in which
it goes on shows all it says, an address when its name does not; an amount is wronged by one masked
character. Exit 1 when fewer than 99 % are hidden or more than 1 % are wronged.
"""

import argparse
import random
import re
import sys
from collections.abc import Callable, Sequence

from callrisk.domain.masking import MASK, masked, masked_across
from callrisk.domain.masking.digits import shape_of
from callrisk.domain.masking.shapes import FIRST
from callrisk.domain.segment import ParticipantRole, Segment

COUNT = 500
LEAST_HIDDEN, MOST_WRONGED = 0.99, 0.01
LEAK = 3
PLACES, ACCOUNT = 4, 7
WHOLE, DICTATED, ONE_BY_ONE = 0.15, 0.5, 0.05
MAILS = 0.1
# So many sentences about amounts make a call, so that one may be wronged by another, too.
SENTENCES = 10
AGENT, CUSTOMER = ParticipantRole.AGENT, ParticipantRole.CUSTOMER

Say = Callable[[str, random.Random], str]
Turns = list[tuple[ParticipantRole, str]]

KANJI = "〇一二三四五六七八九"
BY_PLACE = re.compile(
    "(?=[一二三四五六七八九]?[千百十])([一二三四五六七八九]?千)?([一二三四五六七八九]?百)?([一二三四五六七八九]?十)?([一二三四五六七八九](?![千百十]))?"
)
KANA: tuple[tuple[str, ...], ...] = (
    ("ゼロ", "れい", "まる", "ゼロー", "レイ", "マル", "ｾﾞﾛ"),
    ("いち", "イチ", "ｲﾁ", "いーち"),
    ("に", "にー", "ニー", "ニ", "にい"),
    ("さん", "サン", "ｻﾝ"),
    ("よん", "ヨン", "ﾖﾝ", "し"),
    ("ご", "ごー", "ゴー", "ゴ", "ｺﾞ"),
    ("ろく", "ロク", "ﾛｸ"),
    ("なな", "ナナ", "しち", "ﾅﾅ"),
    ("はち", "ハチ", "ﾊﾁ"),
    ("きゅう", "キュー", "きゅー", "キュウ", "く", "ｷｭｳ"),
)
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


def main() -> int:
    """Print recall and the share of false masks for each seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--show", action="store_true", help="what went wrong")
    options = parser.parse_args()
    worst = True
    for seed in range(options.seeds):
        leaks, wrongs = leaked(seed, COUNT), wronged(seed, COUNT)
        hidden, wrong = 1 - len(leaks) / COUNT, len(wrongs) / COUNT
        print(f"seed {seed}: {hidden:.1%} hidden, {wrong:.1%} wronged")
        if options.show:
            print(*leaks, *wrongs, sep="\n")
        worst = worst and hidden >= LEAST_HIDDEN and wrong <= MOST_WRONGED
    return 0 if worst else 1


def leaked(seed: int, count: int) -> list[list[str]]:
    """What is shown of the calls whose number can be read in part."""
    rng = random.Random(seed)  # noqa: S311 - a corpus needs a seed, not secrecy
    calls = (_mail_call(rng) if rng.random() < MAILS else _number_call(rng) for _ in range(count))
    shown = ((number, turns, hidden_call(turns)) for number, turns in calls)
    return [
        texts
        for number, turns, texts in shown
        if survives(number, texts) or _is_untouched(turns, texts)
    ]


def wronged(seed: int, count: int) -> list[str]:
    """The sentences about amounts, dates and lengths in which something is masked."""
    rng = random.Random(seed)  # noqa: S311 - a corpus needs a seed, not secrecy
    wrong: list[str] = []
    for _ in range(0, count, SENTENCES):
        said = [_quantity_sentence(rng) for _ in range(SENTENCES)]
        shown = hidden_call([(rng.choice((AGENT, CUSTOMER)), text) for text in said])
        wrong += [text for text, seen in zip(said, shown, strict=True) if text != seen]
    return wrong


def hidden_call(turns: Sequence[tuple[ParticipantRole, str]]) -> list[str]:
    """What is shown of a call, each turn masked as it comes and then across."""
    known: dict[str, Segment] = {}
    for place, (role, text) in enumerate(turns):
        begin = place * 4_000
        turn = Segment(f"s{place}", place, role, masked(text), begin, begin + 3_500)
        known[turn.segment_id] = turn
        known |= {one.segment_id: one for one in masked_across([*known.values()])}
    return [turn.text for turn in known.values()]


def survives(number: str, texts: Sequence[str]) -> bool:
    """Whether three digits of a number, or an address's name, can be read in what is shown."""
    if not number.isdigit():
        return any(number in text for text in texts)
    seen = ["".join(FIRST.findall(shape_of(BY_PLACE.sub(_in_digits, text)))) for text in texts]
    pieces = (number[place : place + LEAK] for place in range(len(number) - LEAK + 1))
    return any(piece in text.replace(MASK, "x") for piece in pieces for text in seen)


def _is_untouched(turns: Turns, texts: Sequence[str]) -> bool:
    """Whether a later turn of the customer, who goes on dictating in it, is as it was said."""
    both = zip(turns, texts, strict=True)
    dictated = [(said, text) for (role, said), text in both if role is CUSTOMER]
    return any(said == text and said not in MAIL_SIGNS for said, text in dictated[1:])


def _in_digits(said: re.Match[str]) -> str:
    """The digits of 千二百三十四, read apart from what is tested."""
    units = ("千", "百", "十", "")
    worth = [_worth(said[place], unit) for place, unit in enumerate(units, 1)]
    return "".join(map(str, worth)).lstrip("0")


def _worth(said: str | None, unit: str) -> int:
    return 0 if not said else KANJI.index(said[0]) if said[0] != unit else 1


def _number_call(rng: random.Random) -> tuple[str, Turns]:
    number = _number(rng)
    return number, _call(number, rng)


def _mail_call(rng: random.Random) -> tuple[str, Turns]:
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


def _half(group: str, _: random.Random) -> str:
    return group


def _full(group: str, _: random.Random) -> str:
    return group.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})


def _kanji(group: str, rng: random.Random) -> str:
    zero = rng.choice("〇零○")
    return "".join(KANJI[int(digit)] for digit in group).replace("〇", zero)


def _kana(group: str, rng: random.Random) -> str:
    pause = rng.choice(("", "", "、", " "))
    return pause.join(rng.choice(KANA[int(digit)]) for digit in group)


def _by_place(group: str, _: random.Random) -> str:
    """Up to four digits as 千二百三十四; what begins with a zero is said digit by digit."""
    if group[0] == "0" or len(group) > PLACES:
        return "".join(KANJI[int(digit)] for digit in group)
    return _in_words(int(group))


def _any_script(group: str, rng: random.Random) -> str:
    ways = (_half, _kanji, _kana, _full)
    return "".join(rng.choice(ways)(digit, rng) for digit in group)


SCRIPTS: tuple[Say, ...] = (_half, _half, _full, _kanji, _kana, _kana, _any_script, _by_place)


def _call(number: str, rng: random.Random) -> Turns:
    say, groups = rng.choice(SCRIPTS), _groups(number, rng)
    spoken = [say(group, rng) for group in groups]
    one_by_one = rng.random() < ONE_BY_ONE
    # An account said as an amount or a count is said is told from one only by a word before it.
    is_odd = len(number) == ACCOUNT and (one_by_one or say is _by_place)
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


def _quantity_sentence(rng: random.Random) -> str:
    amount = rng.choice((_money, _money, _date, _date, _length, _other))(rng)
    before = rng.choice(
        (
            *(
                "月々のお支払いは",
                "合計で",
                "頭金が",
                "はい、",
                "えっと、",
                "ご契約は",
                "前回は",
                "",
            ),
            *(
                "カードの引き落としが",
                "電話したのは",
                "口座から引き落とされるのは",
                "残りが",
                "お見積もりは",
            ),
        )
    )
    behind = rng.choice(
        ("です", "になります", "で考えています", "ですよね。", "でお願いします", "ですかね", "")
    )
    return before + amount + behind


def _money(rng: random.Random) -> str:
    yen = rng.choice((500, 1_000, 12_345)) * rng.randrange(1, 400)
    ways = (
        *(f"{yen}円", f"{yen:,}円", f"¥{yen:,}", f"{yen // 10_000 + 1}万円", f"約{yen}円"),
        *(
            _full(str(yen), rng) + "円",
            _in_words(yen) + "円",
            f"{yen}ポイント",
            f"{yen % 900 + 1}ドル",
        ),
        *(f"{yen:,}円から{yen + 5000:,}円", f"{yen // 10_000 + 1}万{yen % 10}千円", f"￥{yen}"),
    )
    return rng.choice(ways)


def _in_words(value: int) -> str:
    words, high = "", value // 10_000
    if high:
        words, value = _in_words(high) + "万", value % 10_000
    for unit, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, value = divmod(value, size)
        if digit:
            words += ("" if digit == 1 and unit else KANJI[digit]) + unit
    return words


def _date(rng: random.Random) -> str:
    year, month, day = rng.randrange(2019, 2031), rng.randrange(1, 13), rng.randrange(1, 29)
    hour, minute = rng.randrange(24), rng.randrange(60)
    ways = (
        *(f"{year}年{month}月{day}日", f"{year}/{month}/{day}", f"{year}-{month:02}-{day:02}"),
        *(f"{year}.{month}.{day}", f"{year}-{month:02}-{day:02} {hour:02}:{minute:02}"),
        *(
            f"{month}月{day}日の{hour}時{minute}分",
            f"令和{year - 2018}年{month}月",
            f"{hour}:{minute:02}",
        ),
        *(
            _full(f"{year}年{month}月", rng),
            f"{_in_words(month)}月{_in_words(day)}日",
            f"{month}/{day}",
        ),
        *(_kanji(str(year), rng) + f"年{_in_words(month)}月", f"{month}月{day}日、{hour}時"),
        *(f"令和{_in_words(year - 2018)}年", f"{year}年{month}月{day}日{hour}時{minute}分"),
    )
    return rng.choice(ways)


def _length(rng: random.Random) -> str:
    months = rng.choice((6, 12, 24, 36, 48, 60, 84, 120))
    ways = (
        *(f"{months}ヶ月", f"{months}か月", f"{months}回払い", f"{months // 12 + 1}年契約"),
        *(
            _in_words(months) + "か月",
            _full(str(months), rng) + "カ月",
            f"{months}回",
            f"{months}ヵ月間",
        ),
        *(
            f"{months // 12 + 1}年間",
            f"{_in_words(months)}回払い",
            f"{months}日間",
            f"{months}回の分割",
        ),
        *(f"{months}ヶ月または{months * 2}ヶ月", f"{months}、{months * 2}、{months * 3}回"),
    )
    return rng.choice(ways)


def _other(rng: random.Random) -> str:
    value = rng.randrange(1, 200)
    units = (
        "歳",
        "%",
        "パーセント",
        "ギガ",
        "GB",
        "個",
        "人",
        "件",
        "階",
        "台",
        "名様",
        "キロ",
        "分",
        "時間",
        "倍",
    )
    ways = (f"{value}", _full(str(value), rng), _in_words(value))
    return rng.choice(ways) + rng.choice(units)


if __name__ == "__main__":
    sys.exit(main())

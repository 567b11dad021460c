"""Made-up sentences about amounts, dates and lengths, which must stay readable."""

import random

from harness.masking.digit_scripts import full, in_words, kanji


def quantity_sentence(rng: random.Random) -> str:
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
            full(str(yen), rng) + "円",
            in_words(yen) + "円",
            f"{yen}ポイント",
            f"{yen % 900 + 1}ドル",
        ),
        *(f"{yen:,}円から{yen + 5000:,}円", f"{yen // 10_000 + 1}万{yen % 10}千円", f"￥{yen}"),
    )
    return rng.choice(ways)


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
            full(f"{year}年{month}月", rng),
            f"{in_words(month)}月{in_words(day)}日",
            f"{month}/{day}",
        ),
        *(kanji(str(year), rng) + f"年{in_words(month)}月", f"{month}月{day}日、{hour}時"),
        *(f"令和{in_words(year - 2018)}年", f"{year}年{month}月{day}日{hour}時{minute}分"),
    )
    return rng.choice(ways)


def _length(rng: random.Random) -> str:
    months = rng.choice((6, 12, 24, 36, 48, 60, 84, 120))
    ways = (
        *(f"{months}ヶ月", f"{months}か月", f"{months}回払い", f"{months // 12 + 1}年契約"),
        *(
            in_words(months) + "か月",
            full(str(months), rng) + "カ月",
            f"{months}回",
            f"{months}ヵ月間",
        ),
        *(
            f"{months // 12 + 1}年間",
            f"{in_words(months)}回払い",
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
    ways = (f"{value}", full(str(value), rng), in_words(value))
    return rng.choice(ways) + rng.choice(units)

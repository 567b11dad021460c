"""Numbers that name no one: amounts, dates, times, lengths and counts, cut out of a shape.

Every pattern begins at a digit whose value is known, so a masked number is never cut out, and what
a pattern asks of its surroundings is the same whether a digit there is masked or not.
"""

import re

from callrisk.domain.spoken_digits import DIGIT

CUT = "\ue001"
_FREE = f"(?<!{DIGIT})"
_END = f"(?!{DIGIT})"

_MONTH, _DAY = "(?:1[0-2]|0?[1-9])", "(?:3[01]|[12][0-9]|0?[1-9])"
_FORMATTED = re.compile(
    "|".join(
        (
            rf"(?<![-/.]){_FREE}(?:19|20)[0-9]{{2}}([-/.・]){_MONTH}\1{_DAY}(?![-/.]?{DIGIT})",
            rf"(?<![-/.]){_FREE}(?:19|20)[0-9]{{2}}[-/.]{_MONTH}(?![-/.]?{DIGIT})",
            rf"(?<![-/]){_FREE}[0-9]{{2}}/{_MONTH}/{_DAY}(?![-/]?{DIGIT})",
            rf"(?<![-/]){_FREE}{_MONTH}/{_DAY}(?![-/]?{DIGIT})",
            rf"{_FREE}[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?{_END}",
            rf"(?<!,){_FREE}[1-9][0-9]{{0,2}}(?:,[0-9]{{3}})+(?!,?{DIGIT})",
        )
    )
)
_COMPACT_DATE = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")

MONEY = (
    "円(?![満山])|えん(?!ぴ)|どる|ゆーろ|うぉん|ぽいんと|まいる|p(?![a-z])|"
    "くらい|ぐらい|ほど|程度|前後"
)
# What follows in brackets makes another word of the counter: 分かりました, 名義, 本人, 通帳.
_COUNTERS = (
    "年(?![会金収配中])|月(?![曜額末謝])|[かけゖゕ箇][月年国所店]|日(?![本産立中])|時(?!々)|分(?![かりけ割])|秒|週|"
    "歳|才|さい(?!ん)|人(?![事物])|名(?![義前字称刺])|"
    "回(?![線答収])|期(?![限待])|台(?![東湾帳])|個(?!人)|つ(?![ぎづ])|件(?!名)|枚|"
    "本(?![人日店当社支籍名])|冊|杯|匹|頭|階|号室|号車|号線|丁目|番地|番[目線窓]|度(?![々])|倍|割|"
    "きろ|km|kg|ぐらむ|めーとる|せんち|みり|りっとる|ぎが|めが|てら|[gmtk]b|mbps|gbps|kwh|"
    "わっと|ぼると|あんぺあ|坪|平米|畳|桁|けた|ぺーじ|頁|章|条|項|通(?![帳話知り])|社(?![員長会])|"
    "世帯|戸|棟|組(?!み)|泊|食(?!事)|曲|株|口(?!座)|箱|袋|せっと|ぱっく|種類|段階|級|位(?!置)|"
    "代(?![表わ理])|型|世紀|周|歩|文字|票|点(?!検)|%|ぱーせんと|ぷろ|対|g(?![a-z])|cm|mm|m(?![a-z])|"
    "営業日|けん|にん|まい(?!る)|かい(?!せ)|ねん|か?げつ|以下|未満|払|"
    "じかん|ふん(?!い)|ほん(?!と)"
)
_POSITIONAL = "(?:十(?![勝])|百(?![貨合])|千(?![葉代歳里])|[万億兆](?![一が全博]))"
UNIT = f"(?:{MONEY}|{_COUNTERS})"
_LISTED = f"(?<!{DIGIT}[、・]){_FREE}"
_QUANTITY = re.compile(
    "|".join(
        (
            rf"[¥$]\s?[0-9]{DIGIT}{{0,12}}",
            rf"(?<![十百千万億兆]){_FREE}[0-9]{{0,4}}+(?:{_POSITIONAL}[0-9]{{0,4}}+)++{_END}",
            rf"{_FREE}(?:[1-9]{DIGIT}{{0,9}}[-~〜])?[1-9]{DIGIT}{{0,12}}+\s?(?:{MONEY})",
            # 2000、3000、4000円: one unit for a list, whose numbers are of one length or short.
            rf"{_LISTED}(?:[1-9]{DIGIT}{{4}}[、・])++[1-9]{DIGIT}{{4}}{UNIT}",
            rf"{_LISTED}(?:[1-9]{DIGIT}{{3}}[、・])++[1-9]{DIGIT}{{3}}{UNIT}",
            rf"{_LISTED}(?:[1-9]{DIGIT}{{0,2}}[、・])++[1-9]{DIGIT}{{0,2}}{UNIT}",
            # Six digits at most: an account of seven may stand before any word.
            rf"{_FREE}(?:[0-9]{DIGIT}{{0,5}}[~〜])?[0-9]{DIGIT}{{0,5}}+(?:\.{DIGIT}{{1,4}})?\s?{UNIT}",
            rf"{_FREE}[0-9]{DIGIT}?+番",
            rf"{_FREE}[0-9]{DIGIT}{{0,3}}+号",
            rf"(?:令和|平成|昭和|西暦|第)\s?[0-9]{DIGIT}{{0,3}}{_END}",
        )
    )
)
_AMOUNT_BEFORE = re.compile(
    "(?:額|料金?|代金?|価格|値段|残高|合計|総額|年収|月収|月々?|毎月|頭金|家賃|税込|税抜|ぼーなす)"
    r"(?:は|が|で|、|:|\s|約|だいたい|およそ)*+\Z"
)
_AMOUNT_REACH = 12
_LONGEST_AMOUNT = 9
_ONE_DIGIT = re.compile(DIGIT)


def without_formatted(shape: str) -> str:
    """The shape without written dates, times and amounts in groups of three."""
    return _FORMATTED.sub(_cut, shape)


def without_quantities(shape: str) -> str:
    """The shape without numbers that carry a unit or a place value."""
    return _QUANTITY.sub(_cut, shape)


def is_compact_date(run: str) -> bool:
    """Whether a run of a shape reads as a day written in eight digits."""
    return bool(_COMPACT_DATE.fullmatch(run))


def amount_follows(plain: str, run: re.Match[str]) -> bool:
    """Whether the word right before a run says that it is money, whose unit goes without saying."""
    window = plain[max(0, run.start() - _AMOUNT_REACH) : run.start()]
    starts = re.match(f"[1-9]{DIGIT}*+\\Z", run[0])
    return bool(starts and len(run[0]) <= _LONGEST_AMOUNT and _AMOUNT_BEFORE.search(window))


def _cut(match: re.Match[str]) -> str:
    return _ONE_DIGIT.sub(CUT, match[0])

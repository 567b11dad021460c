"""Numbers of things, which name nobody: contracts, orders, slips, licence plates, sums alone.

Written for the plain form of a text: hiragana, one width, small Latin letters.
"""

import re
from collections.abc import Iterator

from callrisk.domain.masking.shapes import DIGIT, FIRST
from callrisk.domain.segment import MASK

_THING = (
    "(?:検針|不在|整理|配達|抽選|保証|注文)票|契約(?:者|書)?|申し?込み?(?:書)?|注文(?:書)?|発注|伝票|受付|お?問い?合わ?せ(?:の)?|追跡|"
    "送り状|荷物|管理|整理|予約|"
    "お?預かり|見積も?り?(?:書)?|請求(?:書)?|お?支払い?|払込|収納|ばーこーど(?:の下)?の?|会員|"
    "めんばー|お?客様|顧客|"
    "商品|製品|製造|しりある|車台|車体|型式|機種|ろっと|案件|審査の?|証券|社員|職員|学籍|加盟店|"
    "店舗|物件|部屋|便|座席|"
    "くーぽん|きゃんぺーん|ぽいんとかーど|登録|事故|修理|作業|手続き?|照会|承認|確認|取引|"
    "振込依頼|順番|処理|手形|おーだー|えらー|ちけっと|けーす|ぽいんと|保証書|領収書|明細(?:書)?|部品|払込票"
)
# Whose number names somebody: 自宅電話番号, 基礎年金番号. Any other noun is a thing: 部品番号.
_OF_PERSON = (
    "電話|携帯|口座|暗証|暗唱|認証|免許|運転|保険|年金|個人|旅券|在留|支店|店番|銀行|通帳|預金|連絡|自宅|"
    "固定|実家|会社|勤務|職場|直通|内線|代表|局番|郵便|名義|普通|当座|記号|国民|住民|戸籍|本人|身分|社会|納税|"
    "緊急|転送|信用|以下|以上|上記|全部|基礎|桁|数字|裏面|表面|券面"
)
# 年金の基礎番号, カードの識別番号: whose number it is stands before の.
_WHOSE = (
    *("年金", "保険", "免許", "険証", "許証", "かーど", "口座", "携帯", "電話", "ぽーと", "旅券"),
    "在留",
)
_NOT_OF_PERSON = "".join(f"(?<!{word}の)" for word in _WHOSE)
_NO_NOUN = "[一二三四五六七八九十百千万〇零円年月日回]"
_CORNER = "(?:右上|左上|右下|左下|一番上|一番下|上|下|裏|表|横|後ろ|頭)"
_PLACE_ON = f"(?:{_CORNER}(?:の(?:ほう|方|とこ|ところ))?の)"
# The noun of a number of a thing: 契約番号, 注文書ナンバー, 型番.
OTHER_NUMBER = (
    f"(?<![一-龠]){_NOT_OF_PERSON}(?!{_NO_NOUN}|[一-龠]{{0,6}}(?:{_OF_PERSON}))[一-龠]{{2,6}}番号|"
    f"(?:{_THING})の{_PLACE_ON}(?:番号|ばんごう|数字)|"
    f"(?:{_THING})(?:の)?(?:番号|ばんごう|なんばー|no\\.?|こーど|id)|ばーこーど|型番|品番|"
    "(?:お?車|車両|ぷれーと|登録)の(?:番号|なんばー)|(?<!まい)(?<!かーど)なんばー(?:は|が)|伝票|"
    "追跡|めんばーず|さいず|しりある|"
    "(?:contract|order|slip|reference|invoice|booking|tracking|member(?:ship)?|ticket|customer)"
    r"\s(?:number|no\\.?|id|code)"
)
# Without those that are particles: 090の1111 is no plate.
_PLATE_KANA = "あいうえきくけこさすせそたちつてなぬねひふほまみむめもやゆらりるろれわ"
# 品川 300 さ の 12-34, also with の and pauses between.
_PLATE = re.compile(
    rf"(?<!{DIGIT})[1-9][0-9]{{1,2}}(?:の|、|\s)*+[{_PLATE_KANA}](?:の|、|"
    rf"\s)*+[0-9・]{{1,2}}[-・のー\s]?[0-9]{{2}}(?!{DIGIT})"
)
# The letters of a code end right before its digits: N-553120, A7702148.
_LETTERS = re.compile(r"(?<![a-z])[a-z]{1,4}(?:[-‐−]|の)?\Z")
_LONGEST_CODE = 10
_THING_BEHIND = re.compile(
    r"(?:って|という)?の(?:お|ご)?(?:契約|注文|伝票|見積|申し?込み?|予約|受付|請求書|送り状|荷物|案件)"
)
_BARE_AMOUNT = "[1-9][0-9]{3,4}0"
_BARE_AMOUNTS = re.compile(
    f"{_BARE_AMOUNT}(?:[^0-9●]{{0,6}}(?:です|なん|けど)[^0-9●]{{0,6}}{_BARE_AMOUNT})*+"
)
_CARD, _PHONE = (14, 16), (10, 11)
# Lines that only companies have. Free ones of 0800 look like the beginning of 080.
_COMPANY_LINE = re.compile("(?:0120|0570)[0-9]{6}")


def plates(shape: str) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each licence plate."""
    return (plate.span() for plate in _PLATE.finditer(shape))


def without_plates(shape: str, cut: str) -> str:
    """Return the shape with the digits of licence plates cut out."""
    return _PLATE.sub(lambda plate: re.sub("[0-9]", cut, plate[0]), shape)


def names_thing(plain: str, run: re.Match[str], word: re.Match[str] | None) -> bool:
    """Return True if the naming word before a run, or the letters right before it, name a thing."""
    if (word is not None and word["thing"]) or _THING_BEHIND.match(plain, run.end()):
        return True
    may_be_code = word is None or word[0] in ("番号", "ばんごう")
    if not may_be_code or len(FIRST.findall(run[0])) > _LONGEST_CODE:
        return False
    return _LETTERS.search(plain, max(0, run.start() - 8), run.start()) is not None


def is_bare_amount(run: re.Match[str]) -> bool:
    """Return True if digits written in one piece look like a sum: 12800, or like one said twice."""
    digits = run[0].rstrip("、。 ")
    return _BARE_AMOUNTS.fullmatch(digits) is not None


def is_company_line(run: str) -> bool:
    """Return True if a run is the whole number of a line that no private person has."""
    return _COMPANY_LINE.fullmatch("".join(FIRST.findall(run))) is not None


def is_certain(run: str) -> bool:
    """Return True if a run begins like a telephone number, or has the checksum of a card.

    Its length must fit, and all its digits be known.
    """
    digits = FIRST.findall(run)
    if digits[:1] == ["0"] and digits[1:2] != ["0"] and len(digits) in _PHONE:
        return True
    if not _CARD[0] <= len(digits) <= _CARD[1] or MASK in digits:
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0

"""Postal addresses: behind 〒, a prefecture or a town, and up to the end of their last part."""

import re
from collections.abc import Iterator

from callrisk.domain.masking.frames.saying import FIGURE, PAUSE, Saying, Span
from callrisk.domain.masking.shapes import DIGIT

_PREFECTURE = (
    "(?:北海道|東京都|京都府|大阪府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|"
    "神奈川|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|愛知|三重|"
    "滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|"
    "大分|宮崎|鹿児島|沖縄)県)"
)
_HOUSE_WORD = (
    "(?:こーぽ|めぞん|はいつ|はいむ|れじでんす|まんしょん|あぱーと|ぱれす|ゔぃら|びら|しゃとー|"
    "ぷらざ|はうす|たわー|がーでん|"
    "[一-龠ぁ-ん]荘|れおぱれす|ぷれいす|てらす|ひるず|らいおんず|ぐらんど|どみーる|えすてーと|ろいやる|こーぽらす|あーばん|せんちゅりー|びる(?!ど(?!んぐ))|びるでぃんぐ|こーと|ていず|えすぽわーる|すかい|団地|社宅|寮)"
)
_NUMBER = rf"(?:{DIGIT}|[〇零一二三四五六七八九十百千\ue002])"
_TOWN = r"[一-龠々ヶケ]{1,5}?(?:市|区|郡|町|村)"
# What ends an address: the polite end of a sentence, or what is said about the place.
_END = re.compile(
    r"です|でござ|でよろ|でお間|で承|でお願|に訂正|に送|にお送|に住|に引|に変|へ引|に越|"
    r"でしたら|ですと|だと|なら(?=[^ぁ-ん])|だ(?=[。、よわねっ]|\Z)|だっ|じゃ|やで|やねん|やけど|まで(?:は|の)|"
    r"なん(?:です|や|だ)|けど|宛|あて|から(?:引|転|越)|が新|の方|って|と(?:申|言|い|なっ)|"
    r"ね(?=[。、]|\Z)|様|[。?？!！「」]|"
    r"ですけ|という|です|ません|ました"
)
_LONGEST = 90
_PART = re.compile(r"[、\s]*[^、]+")
_HOUSE_NUMBER = re.compile(rf"{FIGURE}(?:丁目|番|の|-|ー|−|条|号|\Z|、)")
# Behind the number of a house an address goes on with more numbers, or with a building.
_MORE = re.compile(
    rf"[、\s]*(?:えー?っ?と|えー|の|で|、|\s)*(?:{_NUMBER}|[^、]{{0,12}}?(?:{_HOUSE_WORD}|号室?|"
    rf"荘|棟))"
)
# サンヴィレッジ2の102, in the text as it is written.
_BUILDING = re.compile(
    r"[、\s]*[一-龠]{0,4}[ァ-ヺー]{3,}[一-龠ァ-ヺー々]{0,8}(?:の|\s)*[A-Za-z]?[0-9０-９〇一二三四五六七八九]"
)
_ROOM = re.compile(
    r"(?:\A|(?<=[、。\s]))(?:はい、|えっと、)?(?P<room>[一-龠]{0,4}[ァ-ヺー]{4,}[一-龠々]{0,6}(?:の|、|\s)*"
    r"(?:[0-9０-９]{1,2}の)?[0-9０-９〇一二三四五六七八九]{3,4}(?:号室?)?)(?=です|、|。|\Z)"
)
# Most turns hold none of these and are done after this one look.
_HINT = re.compile(
    f"[都府県市区郡町村〒]|郵便|北海道|丁目|番地|address|i live|"
    rf"apartment|apt|room|unit|うち(?:は|が)?[0-9●]|部屋|{_HOUSE_WORD}"
)
_BEGIN = re.compile(
    rf"{_PREFECTURE}{PAUSE}(?:{_TOWN}|(?=[^、。のはがに]{{1,8}}[市区郡町村]))"
    rf"|〒{PAUSE}{_NUMBER}{{3,9}}"
)
_POSTAL = re.compile(
    rf"(?:〒|郵便番号)(?:は|が|の|って|、|\s|"
    rf"えー?っ?と){{0,6}}+(?P<code>{_NUMBER}{{1,12}}+{PAUSE}[-ー−]?(?:はいふん)?{PAUSE}{_NUMBER}{{0,12}}+)"
)
# A town with numbers of a house behind it, be it without its prefecture.
_STREET = re.compile(
    rf"(?<![一-龠々])(?:{_TOWN}{PAUSE})?(?:[東西南北]{FIGURE}条)?(?P<street>(?!丁目|"
    rf"番地)[一-龠々ヶぁ-んー]{{1,10}}?){PAUSE}{FIGURE}"
    rf"(?:丁目|番地|番町{PAUSE}{FIGURE}(?=[-の−]))(?!銀行)"
)
_KANA_TOWN = (
    "(?:いわき|さいたま|つくば(?:みらい)?|ひたちなか|かすみがうら|かほく|あわら|みどり|うるま|にかほ|つがる|むつ|"
    "えびの|あま|いなべ|たつの|みやま|みよし|ふじみ野|さくら|かつらぎ|いすみ|あきる野|南あるぷす|あさぎり|おおい)"
    "(?:市|町)"
)
# 大阪市北区、えー、梅見町の3の5: a town or two, a street, and the number of a house.
_CITY_STREET = re.compile(
    rf"(?<![一-龠々])(?:(?:{_KANA_TOWN}|[一-龠々ヶ]{{1,5}}(?:市|区|郡|町|村))(?:、|\s|えー?っ?と|えー|あのー?|"
    rf"の(?=[一-龠])){{0,4}}+){{1,3}}[一-龠々ヶぁ-んー]{{0,12}}?{PAUSE}"
    rf"{FIGURE}(?:\s?[-−ー]\s?|の|丁目|番地?|条){PAUSE}(?:[東西南北]{PAUSE})?{FIGURE}"
)
_HOUSE = re.compile(
    rf"[一-龠々ぁ-んー]{{0,8}}{_HOUSE_WORD}[一-龠々ぁ-んー]{{0,8}}(?:、|の|"
    rf"\s){{0,3}}+{_NUMBER}{{2,9}}+(?:号室?)?(?!円|万|回|台|戸|棟)"
)
_BLOCK = re.compile(
    rf"{FIGURE}丁目{PAUSE}{FIGURE}(?:(?:の|番地?の?|"
    rf"\s?[-−ー]\s?){PAUSE}{FIGURE}){{0,3}}(?:番地?|号)?"
)
_CITY_NUMBER = re.compile(
    rf"(?<![一-龠々])[一-龠々]{{1,4}}[市区町村](?:(?![はがをでも])[一-龠々ぁ-んヶ]){{1,20}}{_NUMBER}{{2,4}}(?=、|"
    rf"です|。|に|\Z)"
)
_HAS_TOWN = re.compile(rf"[一-龠々][市区郡町村丁]|〒|{_PREFECTURE}")
_JAPANESE = re.compile("[ぁ-ヺ一-龠]")
_ENGLISH_BLOCK = re.compile(
    r"\d{1,4}(?:-\d{1,4}){1,2},? [A-Z][A-Za-z]+(?:,? [A-Z0-9][\w-]*){0,5}"
    r"|(?:[Aa]partment|[Aa]pt\.?|[Rr]oom|[Uu]nit) \d{1,4}"
)
_ENGLISH = re.compile(r"(?:my (?:new |home )?address is|i live at)\s(?P<said>[^.?!]{5,80})")
_NO_STREET = re.compile(
    r"(?:はい|えっと|なんですが|だと|から|まで|です|ます|ので|けど|って|して|いう)\Z"
)
_QUESTION = re.compile(
    "住所|郵便番号|お住まい|番地|どちら(?:へ|に|まで)[^。]{0,4}お?(?:送り|届け|発送)|どこ(?:へ|に)(?:送|届)|何丁目|部屋の番号|丁目の?(?:続き|先|あと|後)|何号|(?:送付|送り|届け|届|配送|宛|勤め|勤務)先|職場|所在地|まんしょん名|"
    "建物|びる名|何号室|(?:your|home) address|the address|部屋番号"
)
_FILLER = re.compile(
    r"(?:[\s、。・]|はい|ええと|えーと|えっと|えー|あのー?|あらやだ|んーと|今は|新しい(?:の|"
    r"住所)は|住所は|そこは|うちは)*+"
)
# マンション名がリバーサイド淀の904号: a house by the word for its name.
_NAMED_HOUSE = re.compile(
    rf"(?:まんしょん|あぱーと|建物|びる|物件|団地)の?(?:名前?|お名前)?(?:は|が|、|:)(?:えー?っ?と|えーと|えー|[、\s])*+"
    rf"(?P<name>(?!どう|何|ない|あり|なし|わか|分か|不要|書|必要|まだ|お)(?:[^、。はがを?？ですま]|す(?!か|よ|け)){{2,16}}?(?:[、\s]|の)*+{FIGURE}(?:号室?|階)?|"
    rf"(?!どう|何|ない|あり|なし|わか|分か|不要|書|必要|まだ|お)[^、。はがを?？]{{2,16}}?(?=です(?!か)|でござ|と(?:いい|言|申)))"
)
# 住所は大田区、ええ、大田区池上: behind the word an address begins, be it broken off.
_TOLD = re.compile(
    rf"住所(?:は|が|、)(?:えー?っ?と|えーと|えー|[、\s])*+(?={_TOWN}|{_PREFECTURE}|{_KANA_TOWN})"
)
# 長崎の、佐世保の、早岐です: places without the sign of a town, in an answer.
_PLACE_ALONE = re.compile(
    r"(?:\A|(?<=[、\s]))(?:えー?っ?と、?|えーと、?|はい、)?(?P<place>[一-龠々ヶ]{2,6}(?:の[一-龠々ヶ]{2,6}){0,2})(?=の、|です(?!か|が|け)|の\Z)"
)
_NO_PLACE = re.compile(
    "同|変更|自宅|実家|会社|職場|本人|確認|必要|不要|無|今|前|後|先|全部|以上|間違|結構|大丈夫|住所|番|号|家|店|局|円|日|月|年|時|人|回|件|"
    "[一二三四五六七八九十百千万]|希望|予定|都合|平日|土曜|日曜|祝日|午前|午後|夜|朝|昼|本当|普通|別|主人|家内|妻|夫|息子|娘|母|父|兄|姉|弟|妹|私|僕|契約|名前|電話|"
    "様|方|者|状|便|品|書|類|箱|金|料|車|機|紙|証|隣|裏|表|近|駅|階|転|勤|引|越"
)
# うち302じゃなくて203なんです: a room, and the one that is meant.
_OWN_ROOM = re.compile(
    r"(?:うち(?:は|が)?|部屋(?:番号)?(?:は|が)、?)(?P<room>(?:[0-9●]\ue000*+){3,4}(?:号室?)?)(?=じゃ|です|なん|の方)"
    r"(?:じゃなくて(?:、)?(?P<meant>(?:[0-9●]\ue000*+){3,4}))?"
)
_GOES_ON = re.compile(
    rf"(?:はい|えー?っ?と|えーと|えー|あと|それから|[、\s])*+(?P<part>{FIGURE}(?:丁目|番地?|号室?|の|条|[-−ー]){{0,2}}"
    rf"(?:{PAUSE}{FIGURE}(?:番地?|号室?)?){{0,3}})(?=で、|です(?!か)|、|。|\Z|でござ|で\Z)"
)
# 下鴨松ノ木町48ですね: a street, and the number of a house without a second one.
_STREET_REPEATED = re.compile(
    rf"(?:はい|では|えー|[、\s])*+(?P<house>[一-龠々ヶがのァ-ヺぁ-んー]{{1,10}}(?:町|村|丘|台|浜|野|原|通り?|新田|条){FIGURE}(?:番地?|号)?)"
    r"(?=ですね|でござ|でよろ|で承|でお間|、|。|\Z)"
)
_ANSWER_PART = re.compile(
    rf"(?:北海道|[一-龠々ヶ]{{1,6}}[都府県市区郡町村])(?!(?:は|行|産|まで|から|より)[^、]{{0,20}}{FIGURE})|{FIGURE}(?:丁目|番|の|-|号)|〒|"
    rf"{_HOUSE_WORD}[一-龠ぁ-ん]{{0,8}}{_NUMBER}|{FIGURE}(?:階|号室)|(?:[0-9●]\ue000*+){{3}}(?!日|円|万|回|月|年|台|人|分|時)"
)
_LONE_HOUSE = re.compile(
    rf"(?:[一-龠々ぁ-んーa-z0-9]{{2,12}}(?:{_HOUSE_WORD}|荘)[一-龠々ぁ-んー]{{0,8}})"
    rf"(?:の|[、\s])*(?:{FIGURE}(?:号室?|階))?"
)
# みなみ歯科: what stands behind the number of a house, and is no sentence.
_NAME_OF_HOUSE = re.compile(r"[、\s]*+[ぁ-ん]{0,4}[一-龠々ァ-ヺーA-Za-z0-9]{2,12}(?:の|[、\s])*")
# 柳が丘5の17: a street and the number of a house, with which a turn begins that repeats them.
_REPEATED = re.compile(
    rf"(?:はい|では|[、\s])*+(?P<house>[一-龠々ヶがのぁ-んー]{{0,10}}?{FIGURE}(?:\s?[-−ー]\s?|の|丁目|番地?|条)"
    rf"{PAUSE}{FIGURE}(?:(?:の|番地?の?|\s?[-−ー]\s?){PAUSE}{FIGURE}){{0,3}}(?:番地?|号)?)"
    r"(?=ですね|でござ|でよろ|で承|でお間|、|。|\Z)"
)
# What is said beside an address, and is none: 請求書は毎月十日, 週4日.
_BESIDE = re.compile(
    "(?:円|回|年|番号|契約|名前|か月|ヶ月|日(?![一-龠])|時|分|%|本人|確認|請求|支払|電話|届き|ござい|ありがと|ですか|"
    "ません|ます|ました|と思|けど)"
)


def in_turn(saying: Saying) -> Iterator[Span]:
    """Yield the addresses of a turn."""
    if not _HINT.search(saying.plain):
        return
    for pattern in (_BEGIN, _CITY_STREET):
        for start in pattern.finditer(saying.shape):
            yield start.start(), _end(saying, start)
    for street in _STREET.finditer(saying.shape):
        if not _NO_STREET.search(street["street"]):
            yield street.start(), _end(saying, street)
    yield from (code.span("code") for code in _POSTAL.finditer(saying.shape))
    for pattern in (_HOUSE, _BLOCK, _CITY_NUMBER):
        yield from (house.span() for house in pattern.finditer(saying.shape))
    yield from _named(saying)
    yield from (house.span() for house in _ENGLISH_BLOCK.finditer(saying.text))
    yield from (said.span("said") for said in _ENGLISH.finditer(saying.plain))


def _named(saying: Saying) -> Iterator[Span]:
    """Yield rooms, houses and addresses behind the word for them."""
    for room in _OWN_ROOM.finditer(saying.shape):
        yield room.span("room")
        if room["meant"]:
            yield room.span("meant")
    yield from (house.span("name") for house in _NAMED_HOUSE.finditer(saying.shape))
    for told in _TOLD.finditer(saying.plain):
        longest = min(len(saying.plain), told.end() + _LONGEST)
        end = _END.search(saying.plain, told.end(), longest)
        yield from _parts_of_address(saying, told.end(), end.start() if end else longest)


def _end(saying: Saying, start: re.Match[str]) -> int:
    """Return where an address ends: behind its house, be it named after the number."""
    longest = min(len(saying.plain), start.end() + _LONGEST)
    stop = _END.search(saying.plain, start.end(), longest)
    last = stop.start() if stop else longest
    end = start.start()
    for part in _PART.finditer(saying.shape, start.start(), last):
        has_house = _HOUSE_NUMBER.search(saying.shape, start.start(), end)
        if end >= start.end() and has_house and not _goes_on(saying, part):
            break
        end = part.end()
    return max(end, start.end())


def _goes_on(saying: Saying, part: re.Match[str]) -> bool:
    """Return True if behind the number of a house comes another number, or a building."""
    is_more = _MORE.match(saying.shape, *part.span()) or _BUILDING.match(saying.text, *part.span())
    return is_more is not None


def is_asked(question: str) -> bool:
    """Return True if a turn asks for an address; `question` is in its plain form."""
    return _QUESTION.search(question) is not None


def in_answer(saying: Saying) -> Iterator[Span]:
    """Yield the parts of an address in a turn that answers the question for one."""
    yield from (house.span() for house in _ENGLISH_BLOCK.finditer(saying.text))
    yield from _places_alone(saying)
    yield from (room.span("room") for room in _ROOM.finditer(saying.text))
    begin = 0 if _JAPANESE.search(saying.text) else len(saying.plain)
    while begin < len(saying.plain):
        lead = _FILLER.match(saying.plain, begin)
        begin = lead.end() if lead else begin
        found = _END.search(saying.plain, begin)
        end = found.start() if found else len(saying.plain)
        yield from _parts_of_address(saying, begin, end)
        begin = max(found.end() if found else len(saying.plain), begin + 1)


def _parts_of_address(saying: Saying, begin: int, end: int) -> Iterator[Span]:
    """Yield the parts between commas, from the first that tells a place to what is beside it."""
    is_begun = False
    for part in _PART.finditer(saying.shape, begin, end):
        tells = _ANSWER_PART.search(saying.shape, *part.span()) or _is_house(saying, part)
        beside = _BESIDE.search(saying.plain, *part.span())
        if not _HAS_TOWN.search(saying.plain, *part.span()) and saying.tells_thing(*part.span()):
            continue
        if beside and (is_begun or not tells):
            if is_begun:
                return
            continue
        if tells or (is_begun and _NAME_OF_HOUSE.fullmatch(saying.text, *part.span())):
            is_begun = True
            yield part.span()


def _places_alone(saying: Saying) -> Iterator[Span]:
    for place in _PLACE_ALONE.finditer(saying.text):
        if not _NO_PLACE.search(place["place"]):
            yield place.span("place")


def _is_house(saying: Saying, part: re.Match[str]) -> bool:
    return _LONE_HOUSE.fullmatch(saying.shape, *part.span()) is not None


def in_repeat(saying: Saying) -> Iterator[Span]:
    """Yield the house with which a turn begins that repeats what was hidden just before."""
    for pattern in (_REPEATED, _STREET_REPEATED):
        if house := pattern.match(saying.shape):
            yield house.span("house")


def in_continuation(saying: Saying) -> Iterator[Span]:
    """Yield what goes on with an address that the speaker had not yet told to its end."""
    if part := _GOES_ON.match(saying.shape):
        yield part.span("part")
        yield from in_answer(saying)

"""The operators of Japanese that decide what a predicate means: negation, obligation, request …

They are a closed class, so they are code and not a table. `analysed` replaces each operator by one
sign, takes the negation of whole sentences (わけではない, ことはない, とは言えない) out, and cuts
the turn into clauses with their mood. The theory of operation is in docs/language.md.
"""

import re

from callrisk.domain.language.analysed import Analysed, Clause, PlainText
from callrisk.domain.language.signs import (
    AFFIRMED,
    DOUBTED,
    NEGATED,
    OBLIGED,
    ONLY,
    OUTER,
    REQUESTED,
    RHETORICAL,
    SIGNS,
    TAGGED,
    UNWILLING,
)
from callrisk.domain.language.statement import Mood

# 〜ない in the forms that follow わけでは, ことは, とは
_NOT = (
    "(?:ありません(?:でした)?|ございません(?:でした)?|おりません(?:でした)?|ません(?:でした)?|ありまへん|まへん|なかった(?![らり])|なかっ"
    "|なくて|なく|ない|ねえ|ねぇ|あらへん|おまへん|にゃあ|のうて)"
)
_NOT_SHORT = (
    "(?:ありません(?:でした)?|ございません(?:でした)?|ません(?:でした)?|まへん|なかった(?![らり])|なかっ|ない|なくて"
    "|なく|ねえ|ねぇ|へん(?:かった)?|ん)"
)
_REASON = (
    "(?:という|っていう|っちゅう|ちゅう|って|いう)?(?:わけ|訳)(?:で|じゃ|や|に)(?:は|も|あ)?" + _NOT
)
_THING = (
    rf"(?:という|っていう|なんて|なんていう)?(?:こと|こた)(?:は|も|なんて|なんか|など)?"
    rf"(?:一切|まったく|全然|全く|決して)?{_NOT}"
)
_SAYING = (
    r"(?:言って(?:い|は|お)?|申して(?:い|お)?|申し上げて(?:い|お)?|言うて|言わ|一言も言って(?:い|は)?"
    r"|一言も申して(?:い|お)?)"
)
_THAT = (
    r"(?:と|って|とか|なんて)(?:は|も|まで)?(?:言い切れ|言え|いえ|申せ|申し上げられ|限ら|限り|思わ|思っ(?:て)?"
    rf"(?:い|は)?|思い|考えて(?:い|は)?|{_SAYING}){_NOT}"
)
_INSTEAD = (
    r"(?:ん|の)(?:では|じゃ|や|で(?:は)?)(?:あり(?:ません|まへん)|ござい(?:ません|まへん)|なくて|なく"
    r"|ない(?=[んのけがで]|$|です|わ|よ|ね|から|し))(?!(?:です|でしょう|だろう)?か)"
)
_INNER_NOT = (
    r"(?P<inner>(?:は|が|も)?(?:ありません|ございません|あらへん|おまへん)|(?:は|が|も)(?:ない|なかった)"
    r"|(?<![ばと])(?:ていない|てない|でない|ません|まへん|へん|ない|なかった"
    r"|(?<=[らわかさまがばれえせべめけりき])ん))"
)
_TWICE = (
    rf"{_INNER_NOT}(?:{_REASON}|(?<=ない)(?:こと|こた)(?:は|も|ゃ)?{_NOT}"
    rf"|(?<=ない)(?:と|って|なんて|とか)(?:は|も)?(?:言え|いえ|申せ|限ら|限り|言い切れ|{_SAYING}){_NOT}"
    rf"|(?<=ない)はず(?:は|が|も){_NOT}"
    r"|(?<=ない)(?:ん|の)(?:では|じゃ)(?:ありません|なくて|ない(?=です(?!か)|よ|わ|んだ|んで)))"
    r"|な(?:く|か)(?:は|も)(?:ない|ありません|ございません|なか)"
    rf"|(?<=[一-龠ぁ-ん])ずに(?:は)?(?:い|お)(?:ら|れ)?{_NOT}"
)
_OUTER = re.compile(
    rf"{_TWICE}|(?<=[るたいうくすつぬむぐぶだなの])(?:{_REASON})"
    rf"|(?<=[るうくすつぬむぐぶい])(?<!ない)(?:{_THING})|(?<=[るたいうくすつぬむぐぶだ])(?:{_THAT})"
    rf"|(?<=[るたいうくすつぬむぐぶだな])(?:{_INSTEAD})"
)
# Without one of these there is no outer negation; most turns have none.
_HINT_OF_OUTER = re.compile(
    "わけ|訳|こと|こた|とは|と[言い申限思]|って|なんて|とか|な[くか][はも]|ずに|[んの](?:で|じ|や)|はず"
)
_WITHOUT_CLAIM = re.compile(_SAYING)
# The last letter of a stem before ない and that of the dictionary form: 払わ, 払う; 厳しく, 厳しい.
_TO_DICTIONARY_FORM = dict(zip("らわかさたなまがばやく", "るうくすつぬむぐぶゆい", strict=True))
_AFTER_NOUN = re.compile("[がはもに一-龠ァ-ヶ]$")

_PATTERNS = (
    # No operators, though they look like one.
    ("", "|".join((
        r"申し訳(?:ない|ありません|ございません|なく)",
        r"すみません",
        r"すいません",
        r"すんません",
        r"もったいな[いく]",
        r"少な[いく]",
        r"危な[いく]",
        r"仕方(?:が)?な[いく]",
        r"しょうがな[いく]",
        r"とんでもな(?:い|く)",
        r"情けな[いく]",
        r"つまらな[いく]",
        r"切な[いく]",
        r"汚な[いく]",
        r"幼な",
        r"じゃないと",
        r"でない[とで]",
        r"かまいません",
        r"構いません",
        r"かまわない",
        r"構わない",
        r"つまらん",
    ))),
    (REQUESTED, "|".join((
        r"(?:て|で)(?:もらえ|いただけ|くれ|もらわれ|くださら|くださいま|頂け|貰え)(?:ない|ません|へん|まへん|ん)(?:でしょう|だろう|です|や|やろ|"
        r"もん)?(?:か|かね|かな|かしら|の)?",
        r"(?:て|で)(?:もらえ|いただけ|くれ|頂け|貰え|もらえたり|いただけたり)(?:ます|る|たり|れば|たら|ると)(?:でしょう|です|し|でき|助か|"
        r"ありがた|と助か)?(?:か|かね|かな|の|ます|る|い)?",
        r"(?:て|で)(?:ほしい|欲しい|ください|下さい|ちょうだい|くれ|もらいたい|いただきたい|もらいたく|いただきたく|もろて|くだせえ|つかあさい)",
        r"(?<=[しせ])て(?:もらえ|いただけ|もらい|いただき)",
    ))),
    (
        TAGGED,
        "(?:ん|の)?(?:では|じゃ|や|ちゃ)(?:ない|ありません|ん)(?:です|でしょう|だろう|やろう|やろ)?"
        "(?:か|かね|かな|かしら)+",
    ),
    (DOUBTED, r"かも(?:しれ(?:ない|ません|へん|まへん|ん)|わから(?:ない|ん)|分から(?:ない|ん))?"),
    (ONLY, r"(?:しか|ほか|より)(?:は)?(?:ない|なく|ありません|なかっ)(?:た)?"),
    (OBLIGED, "|".join((
        r"(?:なければ|なきゃ|なくちゃ|なくては|ないと|なくてはね|へんと|んと|にゃ|ねば|んにゃ|んば)(?:いけ(?:ない|ません|ん|まへん|なく|なかっ)|"
        r"なら(?:ない|ん|ぬ|ず|なく|なかっ)|なり(?:ません|まへん)|だめ|ダメ|駄目|まずい|あかん|いかん|いけん|しゃあない)",
        r"(?<=[らわかさたまなばがやえせれべめけ])な(?:あかん|ならん|いかん|あきまへん|いけん)",
        r"(?:なければ|なきゃ|なくちゃ|なくては|ねば|んば|ないと)(?=(?:と|って)(?:は|も)?(?:思|おも|わか|分か|存|承|心)|と(?:は)?(?:思|"
        r"わか|分か|存|承)|なあ?$|ね$|な$|です|だ|なと|なって|ですよね|$)",
        r"べき",
        r"義務",
    ))),
    (AFFIRMED, "|".join((
        rf"(?:ない|なかった|へん|(?<!な)ん|ません|ぬ)(?:という|っていう|って|ちゅう)?(?:わけ|訳|ん|の)(?:で|じゃ|や|に|で)(?:は|も|"
        rf"あ)?{_NOT_SHORT}",
        rf"(?:ない|へん|ん|なかった)(?:こと|こた|こっちゃ)(?:は|も|ゃ)?{_NOT_SHORT}",
        rf"な(?:く|か)(?:は|も){_NOT_SHORT}",
        rf"な[くい]でも{_NOT_SHORT}",
        rf"(?:ない|ん|へん|ません)(?:と|なんて|って|なんか)(?:は|も)?(?:言|い|思|限|おも|申)(?:わ|え|って|ら|って(?:い|は)?|"
        rf"し)?(?:て)?(?:い|お|は)?{_NOT_SHORT}",
        rf"(?:ない|ん)はず(?:が|は){_NOT_SHORT}",
        rf"ずに(?:は)?(?:い|お)(?:ら|れ)?{_NOT_SHORT}",
    ))),
    (RHETORICAL, "|".join((
        r"(?:わけ|訳|はず|道理)(?:が|は|も)?(?:ない|なか|なく|ありません|ございません|ねえ|あるか|あるかい|ありますか|あるかよ|ないだろ|ないやろ|"
        r"なかろ)(?:た)?",
    ))),
    (NEGATED, "|".join((
        rf"(?:という|って|っていう|ちゅう)?(?:わけ|訳)(?:で|じゃ|や|に)(?:は|も|あ)?{_NOT_SHORT}",
        rf"(?:た|だ)(?:こと|覚え|ためし|試し|記憶|経験)(?:は|が|も|なんて|など|なんか|すら|さえ)?(?:一度も|いっぺんも|一切|まったく|ただの一度も|"
        rf"一回も)?{_NOT_SHORT}",
        rf"(?<=[るただいうくすつむぬぐぶ])(?:こと|こた)(?:は|も|なんて|なんか)?{_NOT_SHORT}",
        rf"(?:と|って|とか|なんて)(?:は|も)?(?:言え|言わ|言って(?:い|は|お)?|言うて|いって|限ら|思わ|思って(?:い|は)?|思い|考えて(?:い|"
        rf"は)?|申し上げて(?:い|お)?|申して(?:い|お)?){_NOT_SHORT}",
    ))),
    (UNWILLING, "|".join((
        r"(?:つもり|気|意思|意志|気持ち|予定|考え|義理|筋合い|いわれ|謂れ)(?:は|が|も|なんか|なんて|なんぞ|など|さらさら|一切|毛頭|全く|まったく|"
        r"は毛頭|はさらさら)*(?:ない|ありません|ございません|なく|なし|ねえ|ねぇ|あらへん|おまへん|ありまへん|なか)",
    ))),
    (NEGATED, "|".join((
        r"(?:では|じゃ|でも|や|ちゃ)(?:あり(?:ません|まへん)|ござい(?:ません|まへん)|な(?:い|く|かっ)|ねえ|ねぇ|のうて)(?:でした|た|て)?",
        r"(?:は|が|も|なんて|など)(?:あり(?:ません|まへん)|ござい(?:ません|まへん)|な(?:い|く|かっ|し)|ねえ|ねぇ|あら(?:へん|ん)|"
        r"おま(?:へん|せん))(?:でした|た|て)?",
        r"(?:あり|ござい|おり)?(?:ませんでした|ません|まへん)",
        r"(?<=[てで])(?:い|お)(?:な(?:い|く|かっ)|ません|へん)(?:た(?![らり])|て|でした)?",
        r"(?<=[らわかさたまなばがやえせれべめけでりきじみびいちげねてでへぎくし能来無])(?:な(?:いで|い|くて|く|かった(?![らり])|かっ)(?!り)|へん(?:かった)?|"
        r"ひん|ねえ|ねぇ|まい(?=$|[がけしとわ]))",
        r"(?:(?<=[らわばがやえせれべでりき来出見])|(?<=[一-龠][かさまげけめみび])|(?<=持た|待た|立た|勝た|払え|いか|あか|聞か|きか|効か|行か|"
        r"ゆか))(?<!あり|おり|なり|もり|から|べき|ばり|さら|やら|とき|なら|どら)(?:んかった|んで(?!す|し|も)|ん(?=$|の|もん|わ|よ|ね|な|"
        r"て|か|ばい|たい|き|け|さかい|から|と|し|ど|ぞ|や|じゃ|です|っちゃ|やろ)|ぬ(?=$|[^るきかぐいけ]))",
        r"(?<=なら)んかった",
        r"(?:(?<=[一-龠][らわさまなたばがか])|(?<=[えせれけめべ]))ず(?:に)?(?=$|[^つっれ])",
        r"(?<=[一-龠])(?:ない|なく|なかっ|ません)",
    ))),
)  # fmt: skip

_OPERATORS = re.compile(
    "|".join(f"(?P<o{number}>{text})" for number, (_, text) in enumerate(_PATTERNS))
)
_SIGN_OF = tuple(sign for sign, _ in _PATTERNS)

_CLAUSE_END = re.compile(
    rf"(?:けれども|けれど|けども|けど|ばってん|ばって|けんど|けどん|ですが|ますが|(?<=[ただいん{SIGNS}])(?<!払い)(?<!使い)(?<!違い)(?<!願い)(?<!思い)(?<!扱い)(?<!合い)が(?=[^らっん])"
    rf"|もんで|もので(?![すし])|ので(?![すし])|(?<=[るただいな{SIGNS}])んで(?!す)|のに"
    rf"|(?<=[すただいるうくつぬむぐんよ{SIGNS}])から(?!は|も)|(?<=[るただいや])さかい|(?<=[るただいやうじゃ])(?:けえ|けん|けぇ)"
    rf"|(?<=[すただいるん{SIGNS}])し(?=[^てたかまよろ])"
    r"|(?:たら(?!し)|だら|[えけせてねへめれげべ]ば|なら(?=[^ばない])|場合(?:は|って)?|ときは|時は|としても)"
    rf"|(?:です|ます|でした|ました|ください|でしょう)(?:よ|ね|な|わ|の|か(?!ら)|よね|ねん|かね|さ|ぞ|けど)*(?=[^のがけしとかよねわなもでんばっやじはを？?]))"
)
_SUPPOSED = re.compile(
    r"(?:たら|だら|[えけせてねへめれげべ]ば|なら|場合(?:は)?|ときは|時は|としたら|とすれば)$"
)
_NOT_SUPPOSED = re.compile(
    "^(?:そしたら|だったら|それなら|したら|すれば|なら)$|(?:よければ|よろしければ|できれば|なんなら|言わせれば|言えば|いえば"
    "|ときたら|ですれば|考えれば|なければ|もらえたら|いただけたら|いただければ|もらえれば)$"
)
_ASKED = re.compile(
    rf"(?:(?<=[すただいるん{SIGNS}のろう])(?:か|かい|かね|かの|け)|でしょうか|だろうか|かしら|やろか|の？|[？?])(?:ね|なあ|な|いな|[？?])*$"
)
_NOT_ASKED = re.compile(
    rf"(?:[{REQUESTED}{TAGGED}{RHETORICAL}]|誰が|なんで|何で|どうして|もの(?:です)?か|もんか|ものかね|てたまる|やってられ|ええ加減|いい加減"
    r"|できませんか|だめですか|無理ですか)"
)
_QUOTED = re.compile(
    r"(?:と|って|とか|っち|て)(?:言わ|いわ|言って(?:た|い(?:た|まし)|まし|き)|言うて(?:た|い|まし|き|は)|言ってたん|いうて(?:た|き)|おっしゃ|仰"
    rf"|聞い|きい|聞き|脅|怒|嘆|ぼや|こぼ|泣い|話し?てた|書いて|噂|うわさ|相談され|頼まれ|騒い|愚痴)"
    rf"|らしい|らしく|(?<=[るただい{SIGNS}])そうで(?:す|し|ね)"
    rf"|(?<=[るただい{SIGNS}])そうや|そうな$|とのこと|って話|という話|みたいな話|んだって$|んですって$"
)
_OTHERS = re.compile(
    r"(?:友達|友人|友だち|ダチ|ツレ|知り合い|知人|知ってる人|同僚|同期|上司|部下|課長|隣(?!町|の市)|お隣|近所|弟|兄貴|兄|姉|妹|従兄|いとこ"
    r"|従姉妹|叔父|叔母|伯父|伯母|おじ|おば(?!あ|ちゃん)|甥|姪|親戚|親類|先輩|後輩|店長|よその|ほかの人|他の人|他の方|みんな|世間|仲間"
    r"|元夫|元妻|元カレ|元カノ|彼女|彼氏|ルームメイト|大家|得意先|取引先|ママ友|常連|お客さん|ドラマ|映画|ニュース|テレビ|新聞|小説)"
    r"(?:さん|君|くん|ちゃん|の人|たち|夫婦|のとこ|の家|んち|の奥さん|の旦那|の子|の店|の社長|の会社|の息子|の娘)*"
    r"(?:が|は|も|って|なんか|なんて|の話|で|から|に|の)"
)
_SHORTEST_CLAUSE = 2


def analysed(plain: PlainText) -> Analysed:
    """Return the text with its operators as signs, cut into clauses."""
    text, offsets = plain.text, plain.offsets
    kinds: list[str] = []
    if _HINT_OF_OUTER.search(text):
        text, offsets, kinds = _without_outer(text, offsets)
    text, offsets = _signed(text, offsets)
    return Analysed(text, offsets, _clauses(text, kinds))


def _signed(text: str, offsets: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    """Return the text with each operator replaced by its sign."""
    pieces: list[str] = []
    places: list[int] = []
    done = 0
    for match in _OPERATORS.finditer(text):
        sign = _SIGN_OF[(match.lastindex or 1) - 1]
        if sign:
            begin = match.start()
            pieces += (text[done:begin], sign)
            places += offsets[done : begin + 1]
            done = match.end()
    if not done:
        return text, offsets
    pieces.append(text[done:])
    places += offsets[done:]
    return "".join(pieces), tuple(places)


def _without_outer(text: str, offsets: tuple[int, ...]) -> tuple[str, tuple[int, ...], list[str]]:
    """Return the text with a mark in place of each negation of a sentence, and their kinds.

    Of two negations nothing but the affirmative form is left: 払えないことはない becomes 払える.
    """
    out, places, kinds, done = "", list[int](), list[str](), 0
    for match in _OUTER.finditer(text):
        begin = match.start()
        out += text[done:begin]
        places += offsets[done:begin]
        if _is_twice(match):
            stem, ending = _affirmative(out, match)
            out = stem + ending
            places += [offsets[begin]] * len(ending)
            kinds.append("0" if _WITHOUT_CLAIM.search(match.group()) else "+")
        else:
            kinds.append("0" if _WITHOUT_CLAIM.search(match.group()) else "-")
        out += OUTER
        places.append(offsets[begin])
        done = match.end()
    return out + text[done:], (*places, *offsets[done:]), kinds


def _is_twice(match: re.Match[str]) -> bool:
    """Return True for two negations."""
    return match["inner"] is not None or match.group().startswith(("なく", "なか", "ずに"))


def _affirmative(before: str, match: re.Match[str]) -> tuple[str, str]:
    """Return what stands before an inner negation and the ending that affirms it instead.

    The stem keeps its length: its last letter may change (払わ becomes 払う).
    """
    inner = match["inner"] or ""
    last = before[-1:]
    if inner.startswith(("は", "が", "も")) or inner in {"ありません", "ございません", "あらへん"}:
        ending = "があります"
    elif inner.startswith(("て", "で")):
        ending = inner[0] + "いる"
    elif inner in {"ません", "まへん"}:
        ending = "ます"
    elif not match.group().startswith("ず") and _AFTER_NOUN.search(before):
        ending = "ある"
    elif last in _TO_DICTIONARY_FORM:
        return before[:-1] + _TO_DICTIONARY_FORM[last], ""
    else:
        ending = "る"
    return before, ending


def _clauses(text: str, kinds: list[str]) -> tuple[Clause, ...]:
    """Return the clauses of a text with signs; `kinds` are those of the marks in it, in order."""
    borders = [m.end() for m in _CLAUSE_END.finditer(text)]
    clauses: list[Clause] = []
    begin, left = 0, iter(kinds)
    for end in (*(b for b in borders if b < len(text)), len(text)):
        if end - begin < _SHORTEST_CLAUSE and end < len(text):
            continue
        mood = _mood(text[begin:end])
        start = begin
        while kinds and (mark := text.find(OUTER, start, end)) >= 0:
            clauses.append(Clause(start, mark, mood, next(left)))
            start = mark + 1
        clauses.append(Clause(start, end, mood, ""))
        begin = end
    return tuple(clauses)


def _mood(clause: str) -> Mood:
    """Return how a clause is meant."""
    if _QUOTED.search(clause):
        return Mood.QUOTED
    if _ASKED.search(clause) and not _NOT_ASKED.search(clause):
        return Mood.QUESTION
    if _SUPPOSED.search(clause) and not _NOT_SUPPOSED.search(clause):
        return Mood.HYPOTHETICAL
    return Mood.OTHER_PERSON if names_others(clause) else Mood.ASSERTED


def names_others(clause: str) -> bool:
    """Return True if a clause is about people beside the customer's household, or about a film."""
    return _OTHERS.search(clause) is not None

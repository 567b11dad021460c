"""Names of persons: before 様 and と申します, behind 名前は, and family names that stand alone.

The words of a frame are sought in the text as it is written, since kanji, katakana and hiragana
tell where a name begins.
"""

import re
from collections.abc import Iterator

from callrisk.domain.masking.frames.described_names import described_names, written_with
from callrisk.domain.masking.frames.introductions import introduced_names, names_in_parts
from callrisk.domain.masking.frames.no_names import NOT_NAMES
from callrisk.domain.masking.frames.saying import Saying, Span
from callrisk.domain.masking.frames.surnames import SURNAMES, UNMISTAKABLE, one_of
from callrisk.domain.masking.letters import KANA, LATIN, SPELLED

_KANJI = "[一-龠々ヶ〆]"
_SURNAMES = frozenset(SURNAMES)
_ANY_SURNAME, _SURNAME = one_of(SURNAMES), one_of(UNMISTAKABLE)
# A given name behind a family name, up to a particle or the end of the sentence.
_GIVEN = (
    f"(?:{_KANJI}{{1,3}}子?|[ァ-ヺー]{{2,5}}|[ぁ-ん]{{2,4}}?(?=さん|様|です|と|、|。|の|が|に|"
    f"は|で|じゃ|っ|も|へ|を|名|から|って|\\Z)|"
    f"{_KANJI}[ぁ-ん]{{1,2}}(?=さん|様|です|、|。|の|が|で|\\Z)|[ぁ-ん]{{1,3}}子|と[しみも]子)"
)
_KATAKANA = r"[ァ-ヺー]{2,10}(?:[・ 　、][ァ-ヺー]{2,8}){0,2}"
# Before 様 a comma parts the name from what was said before it.
_KATAKANA_TITLED = r"[ァ-ヺー]{2,10}(?:[・ 　][ァ-ヺー]{2,8}){0,2}"
# The sign in which a given name often ends, behind a family name and alone.
_LAST = (
    "子美郎夫雄男介太也彦助典司明隆誠勝茂実豊進弘宏博浩修清正剛健徹香奈恵代江枝紀穂菜"
    "花莉愛二三一吾樹斗輝仁志孝之平治和敬"
)
_LAST_OF_KIN = _LAST + (
    "哉輔哉学力音結作琴海苗央季希沙織里理紗耶翔翼陽葵咲蓮湊悠颯駿涼亮諒潤純淳聡智哲秀英義信"
    "幸洋史武昭章晃朗芳祐佑貴崇隼蔵門乃々羽歩緒凛桜瑞綾彩絢瞳玲鈴蘭梨杏栞楓渚優"
)
# Tails of names in kana: とし子, トミ子. Other kana behind kanji is an ending: 払うん.
_KO = "(?:[^一-龠でおのはがをにとも、。]{2}|[ァ-ヺ]{2})子"
_NAME = (
    f"(?:{_ANY_SURNAME}[ぁ-ん]{{2,3}}(?<!です)(?<!から)(?<!だけ)|{_KANJI}{{1,4}}{_KO}|"
    f"{_KANJI}{{1,6}}(?:[ァ-ヺー]{{2,5}})?|{_KATAKANA}|(?!だけ|です|でも|そう|さよ|その|どう|いた|おね|うか|きか|おき|おし|おっ|もう|いか|もら)[ぁ-ん]{{2,4}}(?<!けど)(?<!なん)(?!ですか|でしょう))"
)
_WRITTEN_NAME = f"(?:{_KANJI}{{1,4}}{_KO}|{_KANJI}{{2,6}}(?:[ァ-ヺー]{{2,5}})?|{_KATAKANA})"
_NO_NAME = re.compile(f"(?:{NOT_NAMES})")
_COMPANY = re.compile(
    "Finance|Center|Centre|Bank|Lease|Corp|Auto|"
    "会社|銀行|運送|商事|商店|工業|事務所|組合|センター|サービス|ファイナンス|リース|ローン|"
    "支店|本店|店\\Z|課\\Z|部\\Z|係\\Z"
)
_HONORIFIC = re.compile(
    rf"(?P<name>(?<![おご一-龠々])(?:{_ANY_SURNAME}[ぁ-ん]{{2,3}}|{_KANJI}{{1,4}}{_KO}|{_KANJI}{{1,6}}(?:[ァ-ヺー]{{2,5}})?)|"
    rf"{_KATAKANA_TITLED}|(?<![ぁ-んァ-ヺ一-龠々])[ぁ-ん]{{2,9}}|(?<=名字は)[ぁ-ん]{{2,5}}|"
    rf"(?<=お名前は)[ぁ-ん]{{2,5}})"
    r"(?<![同仕模])(?:様(?![々子式態相])|(?<![ぁ-ん])さま(?!ざま)|先生|氏(?!名))"
)
_SAID = re.compile(
    rf"(?:(?<=[、。はがの \u3000])|\A|(?<=はい)|(?<=私)|(?<=わたくし)|(?<=名を)|(?<=名前を)|"
    rf"(?<=そちらの)|(?<=甥は)|(?<=姪は)|(?<=契約者で、)|(?<=僕)|(?<=俺))(?P<name>{_NAME})"
    r"(?:と(?:申(?:し(?![訳上込])|す)(?!ますと|ますのは)|言います|いいます|言う者|いう者|もうします)|"
    r"って(?:言い|いい)ます|いいます(?=、))(?!か)"
)
_HUMBLE = re.compile(
    rf"(?:私|わたくし|わたし)(?:は|、|が)?(?P<name>{_WRITTEN_NAME})(?:でございます|です)"
)
_CALLED = re.compile(
    r"(?:下のお?名前|お名前|名前|氏名|名義人?|名字|苗字|姓|フルネーム|契約者名?|受取人|"
    r"振込人|旧姓)(?:の名前)?"
    r"(?:は|が|も|、|を|って|：|:|で)(?:ですね、?|えー?っ?と、?|えー、?|あのー?、?|私、?|"
    r"[\s、]|カタカナで|個人の|母の|父の|夫の|妻の|息子の|娘の|兄の|姉の|弟の|妹の|祖父の|"
    r"祖母の|主人の|家内の|嫁の)*"
    rf"(?P<name>{_NAME})"
    r"(?=です|でござ|になって|にし|にな|に変|だ|や[。、]|やけど|で、|で入|で登録|で契約|で申|"
    r"の名前|の名義|、|。|と(?:いい|言|申|いう)|って|宛|ね|が|じゃ|\Z)"
)
_WHO = (
    "(?:友達|知り合い|彼|甥|姪|夫|妻|父|母|兄|姉|弟|妹|息子|娘|嫁|孫|祖父|祖母|主人|旦那|家内|お父さん|お母さん|"
    "お兄さん|お姉さん|友人|後輩|先輩|同僚|上司|部下|婚約者|代理人|弁護士|依頼人|保証人|社長|"
    "代表|総務|経理|担当|親父|おやじ|お袋|おふくろ|上の子|下の子|長男|長女|次男|次女|三男|三女|義父|義母|"
    "亭主|相方|女房|奥さん|旦那さん|息子さん|娘さん|おじ|おば|叔父|叔母|伯父|伯母|いとこ|"
    "おじいちゃん|おばあちゃん)"
)
# 娘の、真琴、番号が: a pause parts a name from who it is.
_KIN_PAUSED = re.compile(
    rf"{_WHO}(?:の|が|は|で)、(?:えー、|えっと、)?(?P<name>{_KANJI}{{2,4}}|{_KANJI}[{_LAST_OF_KIN}]|[ァ-ヺー]{{2,6}}|"
    r"[ぁ-ん]{2,4}(?=です|、|って|という|の名義|の携帯|の電話|の口座|の車|が))(?=、|が|で(?!き)|の名義|の携帯|の電話|の口座|の車|です|と(?:言|い|申)|って|さん|君|ちゃん)"
)
_KIN_NAMED = re.compile(
    rf"{_WHO}(?:の|は)、?(?P<name>{_KANJI}{{1,4}}[{_LAST_OF_KIN}]|[ぁ-ん]{{2,5}}?)"
    r"(?=です(?!か|よ|け|が|ね)|と(?:申|言い|いい|いう)|っていう|って言|言います|いいます|ちゅう)"
)
_KIN = re.compile(
    rf"{_WHO}"
    rf"(?:は、?|の|が|で、|、)(?:ですね、?|えー、?|"
    rf"えー?っ?と、?)?(?P<name>{_ANY_SURNAME}{_GIVEN}?|{_KANJI}{{0,2}}[{_LAST_OF_KIN}]|"
    rf"[ァ-ヺー]{{2,8}}・[ァ-ヺー]{{2,10}}|[ァ-ヺ]{{3,6}}|[ぁ-ん]{{2,3}}(?=が(?:出|行|電)|、言|の名前|名義))"
    r"(?=です|でござ|が|と(?!き)|\Z|。|の名|の携帯|で、|で$|さん|様|に(?!行)|は|、|。|ね|って|宛|っ|じゃ|"
    r"名義|も)"
)
_FULL = re.compile(
    rf"(?<![一-龠々ァ-ヺ]){_ANY_SURNAME}[ 　]?(?:[一-龠々]{{0,2}}[{_LAST}]|"
    rf"さおり|あかね|さつき|かおり|ひとみ|まゆみ|めぐみ|あゆみ|ゆかり|みゆき|なおみ|はるか|"
    rf"ともみ|とし子|えみ子|みどり|さゆり|まり子|"
    rf"ゆみ子)(?![一-龠々店町市区駅県線号通川山社部課様])"
)
_LONE = re.compile(
    rf"(?<![一-龠々ァ-ヺ])(?P<name>{_SURNAME})(?:さん(?!店)|君|くん(?=[、。はがのでに])|"
    rf"です(?![かよ])|でございます|ですけど|だけど|やけど|ですが|と申|や[。、]|だ[。、]|"
    rf"\Z(?<=、...))"
)
_INTRO = re.compile(
    rf"(?:もしもし|はい|あの|すみません|お世話になります|お世話になっております|私|わたくし|"
    rf"うちは|こちら)[、。]?(?:あの、|えー、|わたくし、|"
    rf"私、)*(?P<name>{_ANY_SURNAME}{_GIVEN}?)(?=です|でござ|と申|やけど|ですけど|だけど|ですが|"
    rf"と言|といい|じゃけど|や[。、])"
)
# Without と, as it is heard: 鬼頭言います. And before 折り返し whoever calls says who he is.
_CALLS = re.compile(
    rf"(?:(?<=[、。])|\A)(?P<name>{_KANJI}{{2,4}})(?:言います|いいます|言う者|いう者|言うもん|いうもん|言いますけど)|"
    rf"(?:もしもし|お世話になっております|お世話になります|お世話になってます)[、。]\s?(?P<hello>{_KANJI}{{2,4}})"
    r"(?=です(?:けど|けれど|が|。|、|\Z)|でございますが|やけど|じゃけど)|"
    rf"\A(?:あ|あの|あのー|すみません)?、?(?P<back>{_KANJI}{{2,3}})(?=です(?:けど|けれど|が)[^。]{{0,12}}"
    r"(?:折り?返|お?電話|着信|連絡))|"
    r"(?:電話|連絡|着信)[^、。]{0,10}[ただいるの](?P<foreign>[ァ-ヺー]{2,8})(?=です(?!か)|と申|だけど)|"
    rf"(?:電話|連絡|着信|申し?込|契約|応募|予約|相談|問い合わせ|世話)[^、。]{{0,10}}[ただいるの]"
    rf"(?P<called>{_ANY_SURNAME}(?=です(?!か)|やけど|じゃけど|と申)|"
    rf"{_KANJI}{{2,4}}(?=です(?:けど|けれど|が|、折り返)|やけど|じゃけど|と申))"
)
# 百武あゆみ様: signs nobody knows, and a given name in kana.
# さん goes on as a number: さんぜん, さんにーご.
_MORE_DIGITS = (
    "ぜん|びゃく|じゅう|まん|か月|かげつ|かい|がつ|ねん|えん|ー|[0-9]|いち|さん|よん|ろく|なな|しち|はち|きゅう|"
    "ぜろ|れい|に(?:ー|いち|さん|よん|ご|ろく|なな|はち|きゅう|ぜろ)|ご(?:ー|いち|に|さん|よん|ろく|なな|はち|きゅう|ぜろ)"
)
# 黒柳さん, and whoever is not at the desk.
_SAN = re.compile(
    rf"(?<![おご一-龠々ァ-ヺ])(?P<name>{_KANJI}{{2,3}})(?:さん(?!店|{_MORE_DIGITS})|"
    r"くん(?=[、。はがのでにと])|君(?=[、。はがのでにと])|ちゃん)|"
    rf"(?:\A|(?<=[、。\sの]))(?P<away>{_KANJI}{{2,3}})は(?:席を外|外出し|不在|(?:本日|ただ今|ただいま|あいにく)(?:、|は)?[^、。]{{0,6}}(?:休|不在|外出|席|出張|会議|電話中|来客|出て|出か|戻))|"
    rf"(?:\A|(?<=[、。\sたの]))(?P<next>{_KANJI}{{2,3}})(?:より|から)(?:代わ|替わ|お電話|ご連絡|折り?返)"
)
_MIXED = re.compile(
    rf"(?:\A|(?<=[、。\s]))(?P<name>{_KANJI}{{2,3}}[ぁ-ん]{{2,4}}(?<![おごはがをのに])|"
    rf"[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+){{0,2}})(?=様(?![々子式態相]))"
)
_SECOND = re.compile(
    rf"(?:\A|(?<=[、。]))下(?:は|が)、?(?P<name>{_KANJI}{{1,3}}|[ァ-ヺー]{{2,6}}|[ぁ-ん]{{2,5}}?)(?=です(?!か)|、|。|と|\Z)"
)
_OWN_NAME = re.compile(
    rf"(?:名義|名前|契約者|本人)(?:なん)?(?:です(?:けど|が|けれども?)|やけど)、(?P<name>{_NAME}|[ぁ-ん]{{4,8}})"
    r"(?=です|と申|と言|といい|でござ|や[。、])"
)
_BY_NAME = re.compile(
    rf"(?:名義|名前)で[^、。]{{0,10}}[、。](?P<name>{_KANJI}{{2,5}})(?=です(?!か)|と申|と言|といい|でござ)"
)
_ENGLISH = re.compile(
    r"(?:[Mm]y name is|[Tt]his is|I am|I'm|[Nn]ame's|Mr\.?|Ms\.?|Mrs\.?|[Tt]he name is|"
    r"last name is|first name is)\s(?P<name>(?!Auto|Calling|Sorry|Not|Just|Japanese|Sure|Monday|"
    r"Tuesday|Wednesday|Thursday|Friday)[A-Z][a-z]+(?:[\s-][A-Z][a-z]+){0,2})"
)
_CALLER = re.compile(rf"(?<=[たの])(?P<name>{_SURNAME})(?:です(?!か)|ですけど|ですが|やけど|と申)")
_OF_COMPANY = re.compile(
    rf"(?:会社[^、。]{{0,12}}|製作所|工業|商事|商店|センター|銀行|事務所|"
    rf"運送)の(?P<name>{_KANJI}{{2,3}})(?:です|でございます|と申)"
)
# カナ behind 名義 or before で入れました is a name.
_TRANSFER = re.compile("(?<=の)[ァ-ヺー]{4,10}(?=で(?:入れ|振り?込)|名義)")
_AT = re.compile("アット|あっと|[@＠]")
_SPELLS = re.compile("名前|名字|苗字|名義|綴り|つづり|ローマ字")
_QUESTION = re.compile(
    "(?:お?名前|氏名|名義|名字|苗字|ふるねーむ|宛名|旧姓|ふりがな|よみがな|読み(?:方|がな))[^。]{0,16}?(?:お願い|頂|いただ|教え|"
    "伺|うかが|お聞かせ|よろしい|どうぞ|確認|(?:は|を|も)[。?？]?\\Z|でしょうか|ろーま字)|"
    "名前[^。]{0,8}(?:登録|おっしゃって|仰って)ください|"
    "名前は[^。]{0,8}様で|"
    "どちら様|どなた様?で|last name|first name|your (?:full )?name"
)
_LEAD = re.compile(
    r"(?:[\s、。・]|はい|ええと|えーと|えっと|えー|あのー?|んー|下[はが]|姓[はが]|名[はが]|名字[はが]|苗字[はが]|名前[はが]|だから|"
    r"(?:長男|次男|三男|長女|次女|三女|息子|娘|妻|夫|父|母|兄|姉|弟|妹|上|下|祖父|祖母|主人|家内)(?:の名前)?[はがの]|漢字は|ですね|母の旧姓は|フルで)*+"
)
_ENGLISH_ANSWER = re.compile(
    r"\A(?:(?:[Yy]eah|[Yy]es|[Ss]ure|[Oo]kay|[Ii]t's|[Ii]t is|[Tt]hat's|[Uu]h|[Uu]m|"
    r"[Tt]he name's)[,.]?\s)+"
    r"(?P<name>[A-Z][a-z]+(?:[\s-][A-Z][a-z]+){0,2})"
)
# 百武あゆみ: signs nobody knows, and a given name in kana; no verb ends so.
_MIXED_ANSWER = (
    f"{_KANJI}{{2,3}}(?!でい|でお|では|でけ|のま|のほ|にし|には|なし)[ぁ-ん]{{2,3}}(?<!です)(?<!ます)(?<!した)(?<!する)(?<!して)(?<!けど)(?<!から)(?<!ので)(?<!まで)"
    "(?<!だけ)(?<!です)(?<!んや)(?<!なの)(?<!ない)(?<!って)(?<!では)(?<!には)(?<!とは)(?<!ください)"
)
# Whatever it begins with, hiragana before a polite end is a name, but for a few phrases.
_POLITE_ANSWER = (
    "(?!とても|いつも|そのまま|おなじ|おんなじ|だめ|いまから|なんでも|できない|おねがい|いらない|だいじょうぶ|"
    "ごめん|どちらも|いえいえ|いいえ|はいはい|そうそう|なるほど|ちがい|いま|あと|もう|それ|これ|あれ|どれ|ここ)"
    "[ぁ-ん]{3,8}?(?<!なん)(?<!たい)(?<!ない)(?<!そう)(?<!よう)(?<!まま)(?<!だけ)(?<!から)(?<!まで)"
    "(?=、?です(?!か|よ|ね|が|け)|と申|と言い|といい|でござ|って(?:言|いう|いい))"
)
# Hiragana that answers the question for a name, unless it is an answer of another kind.
_KANA_ANSWER = (
    "(?!いえ|いや|さよ|その|なる|ええ|うん|はい|まあ|あの|えっ|"
    "ちょ|すみ|すい|もう|そう|それ|これ|あれ|どう|わか|ほん|あり|ご|お|な|だ|で|い|し|と)"
    "[ぁ-ん]{2,7}(?<!ます)(?<!せん)(?<!した)(?<!ない)(?<!って)(?<!けど)(?<!から)(?<!ので)(?<!です)(?<!かな)"
)
_ANSWER = re.compile(
    rf"(?P<name>{_WRITTEN_NAME}|{_KANJI}|{_ANY_SURNAME}[ぁ-ん]{{2,3}}(?<!です)|{_MIXED_ANSWER}|"
    rf"{_POLITE_ANSWER}|{_KANA_ANSWER}|"
    rf"[A-Z][a-z]+(?: [A-Z][a-z]+){{0,2}})(?=、?(?:です|でござ|"
    rf"だ|や|と申|と言|といい|の名前|さん|様|って|じゃ|の(?:ほう|方)です|で(?=[、。]|\Z|お?願|登録|予約|入って|取って))|、|。|・|\Z)"
)

_WHOLE_TURN = re.compile(
    rf"(?:はい|えー?っ?と|えーと|えー|あ|[、\s])*+(?P<name>{_KANJI}{{2,5}}|{_KATAKANA})"
    r"(?:です|でございます|と申します|といいます|と言います)[。、]?"
)


def in_turn(saying: Saying) -> Iterator[Span]:
    """Yield the names of persons of a turn."""
    text = saying.text
    for pattern in (
        _HONORIFIC,
        _SAID,
        _HUMBLE,
        _CALLED,
        _KIN,
        _LONE,
        _INTRO,
        _OF_COMPANY,
        _ENGLISH,
        _KIN_PAUSED,
        _KIN_NAMED,
        _CALLS,
        _MIXED,
        _SAN,
        _OWN_NAME,
        _SECOND,
        _BY_NAME,
    ):
        for match in pattern.finditer(text):
            group = match.lastgroup or "name"
            if is_name(match[group]):
                yield match.span(group)
    yield from (match.span() for match in _FULL.finditer(text))
    # Beside an at sign letters are spelled of an address.
    spelled = (SPELLED,) if _SPELLS.search(text) and not _AT.search(text) else ()
    for pattern in (LATIN, KANA, _TRANSFER, *spelled):
        yield from (match.span() for match in pattern.finditer(text))
    yield from described_names(text)
    yield from introduced_names(text)


def is_name(words: str) -> bool:
    """Return True unless the words are known to name no person."""
    if words in _SURNAMES:
        return True
    return not _NO_NAME.fullmatch(words) and not _COMPANY.search(words)


def is_asked(question: str) -> bool:
    """Return True if a turn asks for a name; `question` is in its plain form."""
    return _QUESTION.search(question) is not None


def in_answer(saying: Saying) -> Iterator[Span]:
    """Yield the names in a turn that answers the question for one."""
    text, begin = saying.text, 0
    yield from (match.span() for match in SPELLED.finditer(text))
    yield from written_with(text)
    yield from names_in_parts(text)
    yield from (match.span("name") for match in _ENGLISH_ANSWER.finditer(text))
    while begin < len(text):
        lead = _LEAD.match(text, begin)
        begin = lead.end() if lead else begin
        name = _ANSWER.match(text, begin)
        if name and is_name(name["name"]):
            yield name.span("name")
        behind = re.compile("[、。]").search(text, name.end() if name else begin)
        begin = behind.end() if behind else len(text)


def in_late_answer(saying: Saying) -> Iterator[Span]:
    """Yield the name that is all a turn says, be it some turns after the question."""
    name = _WHOLE_TURN.fullmatch(saying.text)
    if name and is_name(name["name"]):
        yield name.span("name")

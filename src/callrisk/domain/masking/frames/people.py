"""Names of persons: before 様 and と申します, behind 名前は, and family names that stand alone.

The words of a frame are sought in the text as it is written, since kanji, katakana and hiragana
tell where a name begins.
"""

import re
from collections.abc import Iterator

from callrisk.domain.masking.frames.letters import KANA, LATIN, SPELLED
from callrisk.domain.masking.frames.saying import Saying, Span
from callrisk.domain.masking.frames.surnames import SURNAMES, UNMISTAKABLE, one_of

_KANJI = "[一-龠々ヶ〆]"
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
_LAST_OF_KIN = (
    "介郎輔樹翔斗也哉太彦助典司雄夫男明隆誠勝茂実豊進弘宏博浩修清正剛学健力徹香奈美恵"
    "代江枝紀穂菜花音莉結愛"
)
# Tails of names in kana: とし子, トミ子. Other kana behind kanji is an ending: 払うん.
_KO = "(?:[^一-龠でおのはがをにとも、。]{2}|[ァ-ヺ]{2})子"
_NAME = (
    f"(?:{_ANY_SURNAME}[ぁ-ん]{{2,3}}(?<!です)(?<!から)(?<!だけ)|{_KANJI}{{1,4}}{_KO}|"
    f"{_KANJI}{{1,6}}(?:[ァ-ヺー]{{2,5}})?|{_KATAKANA}|(?!だけ|です|でも|そう|さよ|その)[ぁ-ん]{{2,4}}(?<!けど)(?<!なん))"
)
_WRITTEN_NAME = f"(?:{_KANJI}{{1,4}}{_KO}|{_KANJI}{{2,6}}(?:[ァ-ヺー]{{2,5}})?|{_KATAKANA})"
_NOT_NAMES = (
    "お?客|客|奥|お?母|お?父|お?兄|お?姉|お?子|お?孫|お?嬢|旦那|ご?主人|皆々?|皆|どちら|どなた|"
    "だれ|誰|神|仏|王|[一二三四五六七八九十0-9]+名|名|"
    "ご?本人|ご?契約者|名義人|保証人|代理人|配偶者|担当者?|責任者|弁護士|ご?家族|同居人|お?得意|"
    "店長|社長|部長|会員|勝手|他人|ディーラー|オーナー|ユーザー|メーカー|スタッフ|オペレーター|ドライバー|"
    "会社|法人|変更|同じ|別|自分|私|僕|俺|みんな|そのまま|そう|こちら|そちら|あちら|親|妻|夫|"
    "息子|娘|嫁|主人|女房|家内|友人|上司|"
    "株式会社|有限会社|当社|弊社|御社|貴社|旧姓|名字|苗字|下|上|まえ|以上|多|左|有|一|異|各|神|"
    "以前|前|後|後ほど|のちほど|違|無|何|なに|なん|ご存じ|お間違い|"
    "名前|お名前|カナ|かな|苗字|名義|住所|電話|番号|口座|銀行|ゆうちょ|なし|ない|いくつ|いくら|"
    "いつ|どこ|だれか|ですから|必要|確認|不要|結構|大丈夫|入力|記入|漢字|カタカナ|ローマ字|"
    "ひらがな|フルネーム|なるほど|大変|大事|部署|地下|伺|頂|払|乗|一緒|家族|弟|妹|兄|姉|何名|神仏|時期|定期|"
    ".*(?:[師士者所協社員奥医科屋店校庁署省局課]|主人|世話|苦労|愁傷|疲)"
)
_NO_NAME = re.compile(f"(?:{_NOT_NAMES})")
_COMPANY = re.compile(
    "Finance|Center|Centre|Bank|Lease|Corp|Auto|"
    "会社|銀行|運送|商事|商店|工業|事務所|組合|センター|サービス|ファイナンス|リース|ローン|"
    "支店|本店|店\\Z|課\\Z|部\\Z|係\\Z"
)
_HONORIFIC = re.compile(
    rf"(?P<name>(?<![おご一-龠々])(?:{_ANY_SURNAME}[ぁ-ん]{{2,3}}|{_KANJI}{{1,4}}{_KO}|{_KANJI}{{1,6}}(?:[ァ-ヺー]{{2,5}})?)|"
    rf"{_KATAKANA_TITLED}|(?<![ぁ-んァ-ヺ一-龠々])[ぁ-ん]{{2,5}}|(?<=名字は)[ぁ-ん]{{2,5}}|"
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
_KIN = re.compile(
    r"(?:甥|姪|夫|妻|父|母|兄|姉|弟|妹|息子|娘|嫁|孫|祖父|祖母|主人|旦那|家内|お父さん|お母さん|"
    r"お兄さん|お姉さん|友人|後輩|先輩|同僚|上司|部下|婚約者|代理人|弁護士|依頼人|保証人|社長|"
    r"代表|総務|経理|担当)"
    rf"(?:は、?|の|が|で、|、)(?:ですね、?|えー、?|"
    rf"えー?っ?と、?)?(?P<name>{_ANY_SURNAME}{_GIVEN}?|{_KANJI}{{0,2}}[{_LAST_OF_KIN}]|"
    rf"[ァ-ヺ]{{3,6}}|[ぁ-ん]{{2,3}}(?=が(?:出|行|電)|、言|の名前|名義))"
    r"(?=です|が|と(?!き)|の名|の携帯|で、|で$|さん|様|に(?!行)|は|、|。|ね|って|宛|っ|じゃ|"
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
# 誠実の誠 tells how a name is written; カナ behind 名義 or before で入れました is one.
_AS_IN = re.compile("(?P<sign>[一-龠])[一-龠ぁ-ん]{0,4}の(?P=sign)(?=です|で|に|、|。|と|\\Z)")
_TRANSFER = re.compile("(?<=の)[ァ-ヺー]{4,10}(?=で(?:入れ|振り?込)|名義)")
_SPELLS = re.compile("名前|名字|苗字|名義|綴り|つづり|ローマ字")
_QUESTION = re.compile(
    "(?:お?名前|氏名|名義|名字|苗字|ふるねーむ|宛名|旧姓)[^。]{0,16}?(?:お願い|頂|いただ|教え|"
    "伺|うかが|お聞かせ|よろしい|どうぞ|確認|(?:は|を|も)[。?？]?\\Z|でしょうか|ろーま字)|"
    "名前は[^。]{0,8}様で|"
    "どちら様|合い?言葉|どなた様?で|last name|first name|your (?:full )?name|秘密の質問"
)
_LEAD = re.compile(
    r"(?:[\s、。・]|はい|ええと|えーと|えっと|えー|あのー?|んー|下は|姓は|名は|名字は|名前は|"
    r"漢字は|ですね|母の旧姓は|フルで)*+"
)
# Hiragana that answers the question for a name, unless it is an answer of another kind.
_KANA_ANSWER = (
    "(?!いえ|いや|さよ|その|なる|ええ|うん|はい|まあ|あの|えっ|"
    "ちょ|すみ|すい|もう|そう|それ|これ|あれ|どう|わか|ほん|あり|ご|お|な|だ|で|い|し|と)"
    "[ぁ-ん]{2,7}(?<!ます)(?<!せん)(?<!した)(?<!ない)(?<!って)(?<!けど)(?<!から)(?<!ので)(?<!です)(?<!かな)"
)
_ANSWER = re.compile(
    rf"(?P<name>{_WRITTEN_NAME}|{_KANJI}|{_ANY_SURNAME}[ぁ-ん]{{2,3}}(?<!です)|{_KANA_ANSWER}|"
    rf"[A-Z][a-z]+(?: [A-Z][a-z]+){{0,2}})(?=、?(?:です|でござ|"
    rf"だ|や|と申|と言|といい|の名前|さん|様|って|じゃ)|、|。|・|\Z)"
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
    ):
        for match in pattern.finditer(text):
            if is_name(match["name"]):
                yield match.span("name")
    yield from (match.span() for match in _FULL.finditer(text))
    spelled = (SPELLED,) if _SPELLS.search(text) else ()
    for pattern in (LATIN, KANA, _AS_IN, _TRANSFER, *spelled):
        yield from (match.span() for match in pattern.finditer(text))


def is_name(words: str) -> bool:
    """Return True unless the words are known to name no person."""
    return not _NO_NAME.fullmatch(words) and not _COMPANY.search(words)


def is_asked(question: str) -> bool:
    """Return True if a turn asks for a name; `question` is in its plain form."""
    return _QUESTION.search(question) is not None


def in_answer(saying: Saying) -> Iterator[Span]:
    """Yield the names in a turn that answers the question for one."""
    text, begin = saying.text, 0
    yield from (match.span() for match in SPELLED.finditer(text))
    while begin < len(text):
        lead = _LEAD.match(text, begin)
        begin = lead.end() if lead else begin
        name = _ANSWER.match(text, begin)
        if name and is_name(name["name"]):
            yield name.span("name")
        behind = re.compile("[、。]").search(text, name.end() if name else begin)
        begin = behind.end() if behind else len(text)

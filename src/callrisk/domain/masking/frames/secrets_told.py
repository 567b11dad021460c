"""Secret words: whatever answers the question for one, but for fillers, refusals and questions.

A secret word has no form of its own, しろまる. What was asked for it is read clause by clause.
"""

import re
from collections.abc import Iterator

from callrisk.domain.masking.frames.saying import Saying, Span

_WORDED = (
    "合い?言葉|あいことば|(?:秘密|ひみつ)の(?:質問|答え?|言葉|ことば|こたえ|わーど|きーわーど)|"
    "(?:確認|認証|照合|本人確認)用?の(?:言葉|きーわーど|質問|わーど)|(?<!検索)きーわーど|"
    "ぱす(?:わーど|こーど|ふれーず)|"
    "(?:ぺっと|愛犬|愛猫|飼って(?:いた|いる|た)[^。、]{0,8}|飼った[^。、]{0,6})の(?:お)?名前|"
    "(?:初恋の(?:人|相手)|幼なじみ|親友|恩師|担任(?:の先生)?|ぺっと|子供の頃)の(?:お)?(?:名前|あだ名)|"
    "(?:母親?|お母様|お母さん)の旧姓|(?:出身|卒業(?:した)?|通っ(?:てい)?た)(?:の)?(?:小学校|中学校|学校)|"
    "(?:好きな|得意な|思い出の|初めて(?:飼った|買った|乗った|行った))[^。、]{1,10}(?=は|を|の名前)|"
    "(?:ご自身で)?(?:登録|設定)(?:いただい|され|し)た(?:言葉|答え)"
)
_ASKS = (
    r"お?願い|教え|頂|いただ|伺|うかが|お?聞|どうぞ|何|どちら|どこ|誰|だれ|ですか|[とに]なって|いかが|なさい|」で(?:す|ござい)|なん(?:です|でしょ)|は[、。?？]?\Z|でしょうか|"
    r"ください|おっしゃ|仰|設定され|確認さ|お答え|言って|ちょうだい"
)
_QUESTION = re.compile(
    rf"(?:{_WORDED})(?!の?(?:変更|再|設定|入力|お忘れ|忘れ|りせっと)|を(?:変更|入力|設定|忘れ|お忘れ|入れ)|"
    rf"(?:は|も)[^。]{{0,12}}(?:変更|入力|忘れ|お変え|文字|桁)|[^。]{{0,12}}ていただかなく)"
    rf"[^。]{{0,24}}?(?:{_ASKS})"
)
_CLAUSE = re.compile(r"[^、。?？!！…「」\n]+")
_ASKING = re.compile("[?？]")
_LEAD = re.compile(
    r"(?:[\s・]|はい|ええっ?と|えーっ?と|えっと|えー|あのー?|ああ|あー|あ(?=[^ぁ-ん])|うーん|んー|"
    r"そうですね|たしか|確か|たぶん|多分|おそらく|きっと|じゃあ|では|"
    r"(?:答えは|答えが|(?:それ|これ|言葉|名前|犬|猫|ペット|うち|旧姓|学校|合い?言葉|パスワード|キーワード)"
    r"(?:の名前)?(?:は|が|なら)))*+"
)
_TAIL = re.compile(
    r"(?:っ?て(?:やつ|の|いう(?:やつ|の|言葉)?)|という(?:言葉|の|やつ)?)?"
    r"(?:です(?:か(?=ね))?|でした|だった|だ|やった|や|じゃ|で(?:ございます|ございました)?|"
    r"に(?:します|して(?:い)?ます|してた|してあり?ます|しました|した|なって(?:い)?ます|設定して(?:い)?ます)|"
    r"と(?:入れて|登録して|設定して)(?:い)?ます|に|を|と(?=思))?"
    r"(?:と?思い?(?:ます|う)?(?:けど|が|んですけど|んですが|んだけど)?|けど|けれど|が|ね|よ|わ|な|の|かな|かも|"
    r"はず(?:です)?|気がします|お?願いします|なんですけど|ですけど)*\Z"
)
# Of a refusal, a question or talk about the secret nothing is the secret itself.
_NO_SECRET = re.compile(
    r"忘れ|わすれ|(?:分|解|判)か[らんりっ]|わか[らんりっ]|知[らっり]|しら[なん]|覚え|おぼえ|思い出|(?<!合)言[えわい](?!葉)|"
    r"(?<!の)教え|待っ|まって|ちょっと|少々|すみません|すいません|ごめん|申し?訳|ありがと|お?願い|嫌|いや|やだ|"
    r"いいえ|いえ(?!い)|結構|けっこう|変え|変更|設定|登録|作[っら]|決め|"
    r"(?:です|ます|でしょう|ました)か|かしら|なに|何|なんだ|なん\Z|って|来[たて]|きた|どうぞ|生年月日|住所|本人|お?客|一緒|なんで|なんて|どう|どこ|どれ|いつ|なぜ|だっけ|でしたっけ|"
    r"[一-龠](?:は|が|を)|機種|型番|もう[一1い]|それ|これ|あれ|どっち|どちら|ません|ないん|ないで|ない\Z|なかっ|たい|ので|から|けど|のに|"
    r"めも|紙に|手帳|探|見て|見え|ありま|ある|あった|いります|いる\Z|要り|必要|使[えいわっ]|入れ|入り|入ら|違[いうっ]|間違|"
    r"駄目|だめ|無理|怪し|心配|大丈夫|了解|承知|かしこ|失礼|もしもし|英数|文字|桁|同じ|さっき|前[のにと]|"
    r"はい|ええ|うん|そう|いい|おー?け|ok|自分|息子|娘|主人|家内|妻|夫|電話|めーる|あどれす|番号|ぱすわーど|"
    r"合い?言葉|質問|答え|言葉|名前|書[いかくけ]|届[いかくけ]|送[っらりる]|できま|出来|しま[すし]|しょ|ください|下さい|"
    r"[てで]\Z|ます\Z|まし[たて]\Z|こと|もの|ところ|とき|ほう\Z|方\Z|やつ|なの\Z|年|月|円"
)
# Whoever says more tells a story; a secret word is told in few.
_LONGEST, _LONGEST_TURN = 24, 40


def is_asked(question: str) -> bool:
    """Return True if a turn asks for a secret word; it is in its plain form."""
    return _QUESTION.search(question) is not None


def in_answer(saying: Saying) -> Iterator[Span]:
    """Yield each clause that is neither filler nor refusal nor question, without its ends."""
    for clause in _CLAUSE.finditer(saying.text) if len(saying.text) <= _LONGEST_TURN else ():
        if not _ASKING.match(saying.text, clause.end()):
            yield from word_of(saying, *clause.span())


def word_of(saying: Saying, begin: int, end: int) -> Iterator[Span]:
    """Yield the secret word that a clause tells, if any."""
    lead = _LEAD.match(saying.text, begin, end)
    begin = lead.end() if lead else begin
    if _TAIL.match(saying.text, begin, end):
        return
    # The first tail that reaches the end is the longest.
    tail = _TAIL.search(saying.text, begin + 1, end) if end - begin > 1 else None
    end = tail.start() if tail else end
    word = saying.plain[begin:end]
    if word.strip() and len(word) <= _LONGEST and may_be_secret(word):
        yield begin, end


def may_be_secret(word: str) -> bool:
    """Return False for words in their plain form that refuse, ask or talk about a secret."""
    return _NO_SECRET.search(word) is None

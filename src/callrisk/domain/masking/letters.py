"""Letters said one by one: by their names in katakana, or as Latin letters parted by signs."""

import re

LETTER_NAME = (
    "(?:エイチ|エッチ|エックス|ダブリュー?|ダブル|アール|キュー|ケイ|ケー|ゼット|ゼッド|ジェイ|"
    "ジェー|ティー|ディー|デー|テー|シー|"
    "ビー|ピー|ジー|イー|エー|エイ|エフ|エル|エム|エヌ|エス|オー|ユー|ブイ|ヴイ|ヴィー|ワイ|アイ)"
)
DIGIT_NAME = "(?:ゼロ|イチ|ニー?|サン|ヨン|ゴー?|ロク|ナナ|ハチ|キュー?|[0-9０-９●])"
KANA_DIGIT = "(?:ぜろ|れい|いち|にー?|さん|よん|ごー?|ろく|なな|はち|きゅうー?)"
# えむ、てぃー: the names of letters in hiragana, as they are heard.
KANA_LETTER = (
    "(?:えいち|えっち|えっくす|だぶりゅー?|だぶる|あーる|きゅー|けい|けー|ぜっと|ぜっど|じぇい|じぇー|てぃー|"
    "でぃー|でー|てー|しー|びー|ぴー|じー|いー|えー|えい|えふ|える|えむ|えぬ|えす|おー|ゆー|ぶい|わい|あい)"
)
_PART = (
    rf"(?:(?:大文字の|小文字の|数字の)?(?:{LETTER_NAME}|{DIGIT_NAME}|スペース|ハイフン|ドット|"
    rf"アンダーバー))"
)
# Letters and digits by their names, four at least, one of them a letter.
SPELLED = re.compile(
    rf"(?={_PART}?[、・\s]{{0,3}}+{_PART}?[、・\s]{{0,3}}+(?:大文字の|"
    rf"小文字の)?{LETTER_NAME}){_PART}(?:[、・\s]{{0,3}}+{_PART}){{3,40}}(?![ァ-ヺー])"
)
# O-K-A-F-O-R, s u z u k i
LATIN = re.compile(r"(?<![A-Za-z])[A-Za-z](?:[\s、・-]{1,2}[A-Za-z]){3,30}(?![A-Za-z])")

# Single kana parted by pauses: に、し、む、ら
# No plate, 300の、さ、の、45.
KANA = re.compile(
    r"(?<![0-9]、)(?<![ぁ-んァ-ヺー一-龠0-9])(?:[ぁ-んァ-ヺ]、){2,6}[ぁ-んァ-ヺ](?=。|です|、|\Z)"
)

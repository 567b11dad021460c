"""Tells whether a customer asks something in a turn."""

import re

from callrisk.domain.language.japanese.text import plain_text

# What is shorter asks only with a word of asking: an echo ("オプション？") is no question.
_SHORTEST = 10
_QUESTION = re.compile(
    "(?:です|ます|ません|ました|でしょう|だろう|[のもるいき])(?:ん)?か(?:ね|ねえ)?[?？]*$|[?？]$"
    "|(?:故障|違い|間違い|異常|おかしいん?)(?:じゃ|では)ない(?:の|んですか|ですか|かな)$|もんですか$"
    "|[すんのる]ん?でしたっけ(?:ね)?$"
    "|(?:いくら|いつ|どう|何日|何時|どこ|どれ|どちら)"
    "(?:です|ます|でしょう|なり|なる|すれ|したら)"
    "(?!か.{0,8}(?:読め|わから|分から|わかん|不安|心配)).{0,12}$"
)
_END = re.compile("(?<=[。?？])")
_ASKING_WORD = re.compile("いくら|いつ|どうなり|どうすれ|なぜ|何日|何時")
# A sign of listening: "そうなんですか".
_LISTENING = re.compile(
    "(?:そう|そういうこと|本当|ほんと|まじ|マジ)(?:なん|だったん)?(?:です|でした)か(?:ね)?[?？]*$"
)


def asks(text: str) -> bool:
    """Return True if a sentence of a turn ends in a question."""
    return any(_asks(sentence) for sentence in _END.split(text))


def _asks(sentence: str) -> bool:
    plain = plain_text(sentence).text
    if not _QUESTION.search(plain) or _LISTENING.search(plain):
        return False
    return len(plain) >= _SHORTEST or _ASKING_WORD.search(plain) is not None

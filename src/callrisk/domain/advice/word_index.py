"""Which words of a playbook stand in a turn, found once a turn.

A playbook asks for some hundred words. Looking for them in every turn whenever a call is assessed
would cost more than the score itself.
"""

from re import Pattern

from callrisk.domain.advice.play import Playbook
from callrisk.domain.language.text import plain_text

Words = tuple[Pattern[str], ...]
# So many turns are remembered, by a hash of their words.
_MOST_TURNS = 50_000


class WordIndex:
    """Finds the words of one playbook in turns."""

    def __init__(self, playbook: Playbook) -> None:
        conditions = [one for play in playbook.plays for one in (play.when, play.unless)]
        both = [words for one in conditions for words in (one.customer_words, one.agent_words)]
        self._words: dict[int, Words] = {id(words): words for words in both if words}
        self._found: dict[int, frozenset[int]] = {}

    def holds(self, text: str, words: Words) -> bool:
        """Return True if one of these words of the playbook stands in the text of a turn."""
        key = hash(text)
        if key not in self._found:
            if len(self._found) >= _MOST_TURNS:
                self._found.clear()
            self._found[key] = self._search(text)
        return id(words) in self._found[key]

    def _search(self, text: str) -> frozenset[int]:
        plain = plain_text(text).text
        return frozenset(
            number
            for number, words in self._words.items()
            if any(word.search(plain) for word in words)
        )

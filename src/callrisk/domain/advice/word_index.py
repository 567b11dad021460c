"""Which words of a playbook stand in a turn, found once a turn.

A playbook asks for some hundred words. Looking for them in every turn whenever a call is assessed
would cost more than the score itself.
"""

import re

from callrisk.domain.advice.play import Playbook
from callrisk.domain.advice.play_table import Words
from callrisk.domain.language.operators import analysed, names_others
from callrisk.domain.language.text import PlainText, plain_text

# So many turns are remembered, by a hash of their words.
_MOST_TURNS = 50_000
_LONGEST_SUBJECT, _AFTER_SUBJECT = 12, ("が", "は", "も")
_OWN_AGAIN = re.compile(
    "(?:うち|私|わたし|僕|俺|わし|自分|我が家)(?:ら|たち|のとこ)?(?:も|は|まで)"
)


class WordIndex:
    """Finds the words of one playbook in turns."""

    def __init__(self, playbook: Playbook) -> None:
        conditions = [one for play in playbook.plays for one in (play.when, play.unless)]
        both = [words for one in conditions for words in (one.customer_words, one.agent_words)]
        both.extend(play.until for play in playbook.plays)
        self._words: dict[int, Words] = {id(words): words for words in both if words}
        self._own = {
            id(play.when.customer_words)
            for play in playbook.plays
            if not play.when.of_others and not play.when.said
        }
        self._found: dict[int, frozenset[int]] = {}

    def holds(self, text: str, words: Words) -> bool:
        """Return True if one of these words of the playbook stands in the text of a turn.

        Where words alone cause a play, they must not be about other people: 隣の人が引っ越しました
        asks for no new address.
        """
        key = hash(text)
        if key not in self._found:
            if len(self._found) >= _MOST_TURNS:
                self._found.clear()
            self._found[key] = self._search(text)
        return id(words) in self._found[key]

    def _search(self, text: str) -> frozenset[int]:
        plain = plain_text(text)
        ends = {
            number: [found.end() for word in words for found in word.finditer(plain.text)]
            for number, words in self._words.items()
        }
        heard = {number for number, places in ends.items() if places}
        others = _said_of_others(plain) if heard & self._own else ()
        return frozenset(
            number
            for number in heard
            if number not in self._own or any(not _within(end, others) for end in ends[number])
        )


def _said_of_others(plain: PlainText) -> tuple[tuple[int, int], ...]:
    """Return the clauses about other people, as their first and last place in the turn.

    Where a cut parts a subject from what is said of it (近所の奥さんが | …), the rest goes with it;
    what follows うちも is the customer's own again.
    """
    turn = analysed(plain)
    place = dict(zip(plain.offsets, range(len(plain.offsets)), strict=True))
    found, goes_on = [], False
    for clause in turn.clauses:
        text = turn.text[clause.begin : clause.end]
        if text and (goes_on or names_others(text)):
            first, last = turn.offsets[clause.begin], turn.offsets[clause.end - 1]
            own = _OWN_AGAIN.search(plain.text, place[first], place[last] + 1)
            found.append((place[first], own.start() if own else place[last] + 1))
            goes_on = len(text) <= _LONGEST_SUBJECT and text.endswith(_AFTER_SUBJECT)
    return tuple(found)


def _within(end: int, clauses: tuple[tuple[int, int], ...]) -> bool:
    return any(first < end <= last for first, last in clauses)

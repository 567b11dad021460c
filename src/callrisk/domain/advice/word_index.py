"""Which words of a playbook stand in a turn, found once a turn.

A playbook asks for some hundred words. Looking for them in every turn whenever a call is assessed
would cost more than the score itself.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from callrisk.domain.advice.pattern_search import PatternSearch
from callrisk.domain.advice.play import Playbook
from callrisk.domain.advice.play_index import PlayIndex
from callrisk.domain.advice.play_table import Words
from callrisk.domain.language.analysed import PlainText
from callrisk.domain.language.japanese.operators import analysed, names_others
from callrisk.domain.language.japanese.text import plain_text
from callrisk.domain.segment import ParticipantRole, Role

# The recent turns of all live calls are remembered.
_MOST_TURNS = 200_000
_LONGEST_SUBJECT, _AFTER_SUBJECT = 12, ("が", "は", "も")
_OWN_AGAIN = re.compile(
    "(?:うち|私|わたし|僕|俺|わし|自分|我が家)(?:ら|たち|のとこ)?(?:も|は|まで)"
)


class WordIndex:
    """Finds the words of one playbook in turns; `plays` are its plays by what causes them."""

    def __init__(self, playbook: Playbook) -> None:
        self.plays = PlayIndex(playbook)
        plays = playbook.plays
        conditions = [one for play in plays for one in (play.when, play.unless)]
        customer = [*(one.customer_words for one in conditions), *(play.until for play in plays)]
        agent = [one.agent_words for one in conditions]
        self._words: dict[Role, dict[re.Pattern[str], set[int]]] = {
            ParticipantRole.CUSTOMER: _by_pattern(customer),
            ParticipantRole.AGENT: _by_pattern(agent),
        }
        self._search = {role: PatternSearch(words) for role, words in self._words.items()}
        self._own = {
            id(play.when.customer_words)
            for play in plays
            if not play.when.of_others and not play.when.said
        }
        self.heard = lru_cache(_MOST_TURNS)(self._heard)

    def _heard(self, role: Role, text: str) -> tuple[int, ...]:
        """Return the ids of the playbook's words for a role that stand in the text of its turn.

        Where words alone cause a play, they must not be about other people: 隣の人が引っ越しました
        asks for no new address.
        """
        if role not in self._words:
            return ()
        plain, words = plain_text(text), self._words[role]
        found = self._search[role].found(plain.text)
        heard = {number for pattern in found for number in words[pattern]}
        if self._own.isdisjoint(heard) or not (others := _said_of_others(plain)):
            return tuple(heard)
        own = [pattern for pattern in found if _is_of_own(plain.text, pattern, others)]
        return tuple((heard - self._own).union(*(words[pattern] for pattern in own)))


def _by_pattern(fields: Iterable[Words]) -> dict[re.Pattern[str], set[int]]:
    """Return the ids of the words in which each pattern stands."""
    numbers: dict[re.Pattern[str], set[int]] = defaultdict(set)
    for words in fields:
        for pattern in words:
            numbers[pattern].add(id(words))
    return numbers


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


def _is_of_own(text: str, pattern: re.Pattern[str], others: Sequence[tuple[int, int]]) -> bool:
    """Return True if a pattern is found outside the clauses about other people."""
    ends = (found.end() for found in pattern.finditer(text))
    return any(not any(first < end <= last for first, last in others) for end in ends)

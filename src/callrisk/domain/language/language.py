"""A language: everything that turns the words of a turn into statements, as one frozen value.

It holds a reader for each language of calls; which one reads a turn is told in `spoken`.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from callrisk.domain.language.concerns import Concerns, concerns_with, packaged_concerns
from callrisk.domain.language.examples import check_examples
from callrisk.domain.language.predicates import Predicate, predicates_in
from callrisk.domain.language.reader import Reader
from callrisk.domain.language.silences import check_silences
from callrisk.domain.language.spoken import SPOKEN, spoken_in
from callrisk.domain.language.spoken_language import SpokenLanguage
from callrisk.domain.language.statement import Intent, Statement
from callrisk.domain.language.weights import Learned
from callrisk.domain.segment import ParticipantRole

_SHARED = ("analysed", "examples", "predicates", "reader", "signs", "spoken", "weights")


@dataclass(frozen=True)
class Language:
    """Readers by the code of their language; `version` is a hash of all that they are made of."""

    version: str
    readers: Mapping[str, Reader]
    concerns: Concerns

    def understand(self, text: str) -> tuple[Statement, ...]:
        """Return the statements of a customer's turn on its own, in order of place."""
        return self.answer("", text)

    def answer(self, agent_turn: str, customer_turn: str) -> tuple[Statement, ...]:
        """Return the statements of a customer's turn right after an agent's turn ("" for none)."""
        reader = self.readers[spoken_in(customer_turn, agent_turn).code]
        return reader.answer(agent_turn, customer_turn)

    def read(
        self, turns: Sequence[tuple[ParticipantRole, str]]
    ) -> tuple[tuple[Statement, ...], ...]:
        """Return the statements of each turn of a conversation in order of time.

        A turn of the customer is read after the agent's turn right before it; turns of others
        have none. Only neighbours matter, so a turn that comes late changes one other at most.
        """
        read: list[tuple[Statement, ...]] = []
        before = ""
        for role, text in turns:
            customer = role is ParticipantRole.CUSTOMER
            read.append(self.answer(before, text) if customer else ())
            before = text if role is ParticipantRole.AGENT else ""
        return tuple(read)


def load(own: Path | None = None) -> Language:
    """Return the product's language with a company's own tables beside it, where there are some.

    `own` is its table of Japanese predicates; that of another language stands in a folder of its
    name beside it, the company's concerns in `concerns.csv`. Raises TableError for a row that
    cannot be used or whose example fails.
    """
    if own is None:
        return packaged()
    concerns = concerns_with(own.with_name("concerns.csv"))
    tables = {spoken.code: _own_table(own, spoken) for spoken in SPOKEN}
    predicates = {
        spoken.code: predicates_in(tables[spoken.code], spoken.form)
        for spoken in SPOKEN
        if tables[spoken.code].exists()
    }
    if not predicates and concerns is packaged_concerns():
        return packaged()
    return _built(predicates, concerns)


def _own_table(own: Path, spoken: SpokenLanguage) -> Path:
    return own if spoken is SPOKEN[0] else own.parent / spoken.folder.name / own.name


@cache
def packaged() -> Language:
    """Return the language that the product brings along."""
    return _built({}, packaged_concerns())


def _built(own: Mapping[str, tuple[Predicate, ...]], concerns: Concerns) -> Language:
    """Return the language with a company's own rows, by language, before the product's."""
    readers: dict[str, Reader] = {}
    digest = hashlib.sha256()
    for module in _SHARED:
        digest.update(_code(Path(__file__).with_name(f"{module}.py")))
    for spoken in SPOKEN:
        predicates = (*own.get(spoken.code, ()), *spoken.predicates())
        readers[spoken.code] = _reader(spoken, predicates)
        digest.update(_meaning(spoken, predicates, readers[spoken.code].learned.digest))
    digest.update(repr(sorted(concern.meaning for concern in concerns.values())).encode())
    return Language(digest.hexdigest()[:12], readers, concerns)


def _reader(spoken: SpokenLanguage, predicates: tuple[Predicate, ...]) -> Reader:
    """Return the reader of a language with these rows; TableError for one that fails."""
    silences = tuple(one for one in predicates if one.says_nothing)
    speaking = tuple(one for one in predicates if not one.says_nothing)
    topics = spoken.topics()
    found = spoken.finder(speaking, topics)
    check_examples(spoken.analyse, found, speaking, topics)
    check_silences(silences, spoken.analyse)
    words = tuple(spoken.analyse(row.word).text for row in silences)
    return Reader(spoken, found, Learned.load(spoken.weights), words)


def _meaning(spoken: SpokenLanguage, predicates: Iterable[Predicate], weights: str) -> bytes:
    """Return all that decides what turns of a language say."""
    parts = [spoken.code.encode(), weights.encode(), *map(_code, spoken.sources())]
    parts += [repr(predicate.meaning).encode() for predicate in predicates]
    parts.append(repr(sorted(spoken.topics().items())).encode())
    return b"\n".join(parts)


def _code(file: Path) -> bytes:
    return file.read_bytes().replace(b"\r\n", b"\n")


def understand(text: str) -> tuple[Statement, ...]:
    """Return the statements of a customer's turn in the packaged language."""
    return packaged().understand(text)


def answer_intents(agent_turn: str, customer_turn: str) -> frozenset[Intent]:
    """Return all intents that a customer's turn asserts right after an agent's turn."""
    statements = packaged().answer(agent_turn, customer_turn)
    return frozenset(statement.intent for statement in statements if statement.counts)

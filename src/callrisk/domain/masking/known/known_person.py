"""A person whose name and address are known from a record, and what tells them in a text."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from callrisk.domain.masking.frames.kinds import Kind
from callrisk.domain.masking.frames.saying import Span
from callrisk.domain.masking.known.home_address import HomeAddress
from callrisk.domain.masking.known.name_finding import NameFinding
from callrisk.domain.masking.known.name_parts import NameParts
from callrisk.domain.masking.known.spelling import compared
from callrisk.domain.masking.shapes import masked_words

_REMEMBERED = 1_024


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """The words that name a person: a value that is made once for each record."""

    names: NameFinding
    home: HomeAddress | None = None

    @classmethod
    @lru_cache(_REMEMBERED)
    def of(
        cls, name: str | None, address: str | None = None, kana: str | None = None
    ) -> Self | None:
        """Return the person of a record; None where it tells neither name nor address."""
        parts = NameParts.of(name or "", kana or "")
        home = HomeAddress.of(address) if address else None
        return cls(NameFinding(parts), home) if parts.first or home else None

    def hidden(self, text: str) -> str:
        """Return the text with what names the person masked; the length stays.

        Hiding what is hidden changes nothing: what is masked may show that its neighbour belongs
        to it, so the search is repeated until it finds no more.
        """
        before = ""
        while before != text:
            before, text = text, masked_words(text, [span for _, span in self.spans(text)])
        return text

    def spans(self, text: str) -> Iterator[tuple[Kind, Span]]:
        """Yield what tells the person in one look at a text, with its kind."""
        plain = compared(text)
        if self.home is not None:
            yield from ((Kind.ADDRESS, span) for span in self.home.spans(plain))
        yield from ((Kind.NAME, span) for span in self.names.spans(text, plain))

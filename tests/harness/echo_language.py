"""A small language for tests: its statements tell which words were read in which context."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from callrisk.domain.language import Intent, Language, Mood, Statement
from callrisk.domain.language.concerns import Concerns, packaged_concerns
from callrisk.domain.language.reader import Reader

# Says nothing about paying, whatever was asked.
NOTHING = "はい"


@dataclass(frozen=True)
class EchoLanguage(Language):
    """Finds one statement in every turn but `NOTHING`; another context gives another strength."""

    version: str = "echo-1"
    # It reads without the product's predicates and weights.
    readers: Mapping[str, Reader] = field(default_factory=dict)
    concerns: Concerns = field(default_factory=packaged_concerns)

    def understand(self, text: str) -> tuple[Statement, ...]:
        """Return the statement of a turn without context."""
        return self.answer("", text)

    def answer(self, agent_turn: str, customer_turn: str) -> tuple[Statement, ...]:
        """Return one statement over the whole turn."""
        if customer_turn in ("", NOTHING):
            return ()
        sum_of = zlib.crc32(f"{self.version}\n{agent_turn}\n{customer_turn}".encode())
        intent = list(Intent)[sum_of % len(Intent)]
        strength = sum_of / 2**32
        return (Statement(intent, 0, len(customer_turn), Mood.ASSERTED, strength),)

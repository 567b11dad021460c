"""A small language for tests: each phrase of a table is a statement wherever it is said."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from callrisk.domain.language import Intent, Language, Mood, Statement, packaged
from callrisk.domain.language.concerns import Concerns, packaged_concerns
from callrisk.domain.language.reader import Reader

# What a phrase states, how it is meant, and how strongly.
Meaning = tuple[Intent, Mood, float]


@dataclass(frozen=True)
class PhraseLanguage(Language):
    """Finds the phrases of its table; its version is the product's, so no turn is read again."""

    version: str = field(default_factory=lambda: packaged().version)
    # It reads without the product's predicates and weights.
    readers: Mapping[str, Reader] = field(default_factory=dict)
    concerns: Concerns = field(default_factory=packaged_concerns)
    table: Mapping[str, Meaning] = field(default_factory=dict)

    def understand(self, text: str) -> tuple[Statement, ...]:
        """Return one statement for the first place of each phrase."""
        found = {phrase: text.find(phrase) for phrase in self.table}
        return tuple(
            Statement(intent, begin, begin + len(phrase), mood, strength)
            for phrase, (intent, mood, strength) in self.table.items()
            if (begin := found[phrase]) >= 0
        )

    def answer(self, agent_turn: str, customer_turn: str) -> tuple[Statement, ...]:
        """Return what the turn states by itself."""
        return self.understand(customer_turn)

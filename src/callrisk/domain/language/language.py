"""A language: everything that turns the words of a turn into statements, as one frozen value."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from callrisk.domain.language.statement import Intent, Statement
from callrisk.domain.segment import ParticipantRole


@dataclass(frozen=True)
class Language:
    """Operators, table and weights; `version` is a hash of them all."""

    version: str

    def understand(self, text: str) -> tuple[Statement, ...]:
        """Return the statements of a customer's turn on its own, in order of place."""
        return ()

    def answer(self, agent_turn: str, customer_turn: str) -> tuple[Statement, ...]:
        """Return the statements of a customer's turn right after an agent's turn."""
        return self.understand(customer_turn)

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


@cache
def packaged() -> Language:
    """Return the language that the product brings along."""
    return Language("0")


def understand(text: str) -> tuple[Statement, ...]:
    """Return the statements of a customer's turn in the packaged language."""
    return packaged().understand(text)


def answer_intents(agent_turn: str, customer_turn: str) -> frozenset[Intent]:
    """Return all intents that a customer's turn asserts right after an agent's turn."""
    statements = packaged().answer(agent_turn, customer_turn)
    return frozenset(statement.intent for statement in statements if statement.counts)

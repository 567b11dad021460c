"""A statement about paying that a customer makes in a turn: which, where in the text, how sure."""

from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """The kinds of statement; a statement says one thing."""

    HARDSHIP = "hardship"  # money is tight
    INABILITY = "inability"  # cannot pay
    REFUSAL = "refusal"  # will not pay
    DELAY_REQUEST = "delay_request"  # asks to wait, for a later date, for instalments
    INCOME_LOSS = "income_loss"  # the household earns less
    PAST_DEFAULT = "past_default"  # was in arrears or bankrupt before
    OTHER_DEBT = "other_debt"  # pays back other loans or cards
    DISPUTE = "dispute"  # contests the charge
    CANCELLATION = "cancellation"  # wants to end the contract
    PROMISE = "promise"  # commits to pay
    CAPACITY = "capacity"  # has the money, or denies money trouble
    OBLIGATION_ACK = "obligation_ack"  # knows that it must be paid
    THIRD_PARTY = "third_party"  # somebody else pays or decides
    EVASION = "evasion"  # dodges a question about paying
    RESOLVED = "resolved"  # the worry is gone after an explanation


class Mood(StrEnum):
    """The modality of a statement; only what is asserted counts."""

    ASSERTED = "asserted"
    QUESTION = "question"
    HYPOTHETICAL = "hypothetical"
    QUOTED = "quoted"
    OTHER_PERSON = "other_person"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; `begin` and `end` are offsets of characters in the text of its turn.

    `strength` lies between 0 and 1. At 0 the statement is suppressed: negated where its mood is
    asserted, else for its mood; it is kept so that a screen can show the phrase and say why.
    """

    intent: Intent
    begin: int
    end: int
    mood: Mood
    strength: float

    @property
    def counts(self) -> bool:
        """True if the customer asserts this."""
        return self.mood is Mood.ASSERTED and self.strength > 0

"""The codes by which agents say how a call ended and how a customer will pay."""

from dataclasses import dataclass
from enum import StrEnum

# A row of codes is looked over while the next call waits.
MOST_OUTCOMES = 24
LONGEST_CODE = 32


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome of a call: the code that is stored, and its words."""

    code: str
    ja: str
    en: str


OUTCOMES = (
    Outcome("promised", "お支払いのお約束", "Promised to pay"),
    Outcome("paid", "お支払い済みとのお申し出", "Says it is paid"),
    Outcome("hardship", "お支払い困難のご相談", "Asks for help to pay"),
    Outcome("dispute", "ご請求内容への異議", "Disputes the claim"),
    Outcome("refused", "お支払いのお断り", "Refused to pay"),
    Outcome("call_back", "折り返しのお約束", "Call back agreed"),
    Outcome("wrong_person", "ご本人様以外", "Not the customer"),
    Outcome("not_reached", "ご不在・つながらず", "Not reached"),
)


class PaymentChannel(StrEnum):
    """The way by which a customer promises to pay."""

    BANK_TRANSFER = "bank_transfer"
    DIRECT_DEBIT = "direct_debit"
    CARD = "card"
    CONVENIENCE_STORE = "convenience_store"
    OTHER = "other"

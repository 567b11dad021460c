"""The kinds of personal data, each of which can be masked or left."""

from enum import StrEnum


class Kind(StrEnum):
    """A kind of personal data; cards, telephones and accounts are numbers of one look."""

    NUMBER = "number"
    MAIL = "mail"
    BIRTH = "birth"
    EXPIRY = "expiry"
    PASSWORD = "password"  # noqa: S105 - the name of a kind
    ADDRESS = "address"
    NAME = "name"


ALL_KINDS = frozenset(Kind)

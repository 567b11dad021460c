"""Requests of a search: facts in a query, words in a body alone."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from callrisk.domain.language import Intent
from callrisk.domain.search.sought_calls import SoughtFacts
from callrisk.domain.work.outcome_codes import LONGEST_CODE
from callrisk.wire.request_fields import (
    AgentFilter,
    CustomerFilter,
    CustomerId,
    IdOrNone,
    digits_only,
)
from callrisk.wire.requests import DATE, Body, QueryParameters
from callrisk.wire.work.work_requests import day_of

LONGEST_WORDS = 100
_Code = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_CODE)]
_DAY: dict[str, Any] = {"type": "string", "pattern": f"^{DATE}$"}
_INTENTS: dict[str, Any] = {"type": "string", "enum": [str(one) for one in Intent]}
_CODE: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": LONGEST_CODE}
_CATEGORY: dict[str, Any] = {"type": "string", "enum": ["high", "medium", "low"]}
_Category = Literal["high", "medium", "low"]


def _or_null(schema: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [schema, {"type": "null"}]})


_Day = Annotated[date, BeforeValidator(day_of)]
# Sealed, the longest id included.
_CURSOR = r"^[A-Za-z0-9_-]{1,2000}$"
_Cursor = Annotated[
    Annotated[str, StringConstraints(pattern=_CURSOR)] | None,
    WithJsonSchema({"type": "string", "pattern": _CURSOR}),
]
_Limit = Annotated[int, Field(ge=1, le=200), BeforeValidator(digits_only)]


class CallsAsked(QueryParameters):
    """Facts of ended calls; days are those of Japan, the last one included."""

    customer: CustomerFilter = None
    agent: AgentFilter = None
    intent: Annotated[Intent | None, WithJsonSchema(_INTENTS)] = None
    outcome: Annotated[_Code | None, WithJsonSchema(_CODE)] = None
    category: Annotated[_Category | None, WithJsonSchema(_CATEGORY)] = None
    first: Annotated[_Day | None, WithJsonSchema(_DAY)] = Field(default=None, alias="from")
    last: Annotated[_Day | None, WithJsonSchema(_DAY)] = Field(default=None, alias="to")
    limit: _Limit = 50
    cursor: _Cursor = None

    def facts(self) -> SoughtFacts:
        """Return the facts."""
        return SoughtFacts(
            self.customer, self.agent, self.intent, self.outcome, self.category, self.first,
            self.last,
        )  # fmt: skip


class PageAsked(QueryParameters):
    """The page of a saved search."""

    limit: _Limit = 50
    cursor: _Cursor = None


class NewSearch(Body):
    """Words of customers and notes, and facts as in `GET /api/calls/search`.

    Spaces part words, all of which a call must have; one of them has two letters at least.
    """

    words: str = Field(min_length=1, max_length=LONGEST_WORDS)
    customer: CustomerId = None
    agent: IdOrNone = None
    intent: Annotated[Intent | None, _or_null(_INTENTS)] = None
    outcome: Annotated[_Code | None, _or_null(_CODE)] = None
    category: Annotated[_Category | None, _or_null(_CATEGORY)] = None
    first: Annotated[_Day | None, _or_null(_DAY)] = Field(default=None, alias="from")
    last: Annotated[_Day | None, _or_null(_DAY)] = Field(default=None, alias="to")

    def facts(self) -> SoughtFacts:
        """Return the facts."""
        return SoughtFacts(
            self.customer, self.agent, self.intent, self.outcome, self.category, self.first,
            self.last,
        )  # fmt: skip

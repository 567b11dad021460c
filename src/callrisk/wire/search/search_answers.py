"""The answers to a search: calls that were found, with the places of the words."""

from typing import Self

from pydantic import Field

from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.search.sought_calls import FoundCall, SoughtFacts, WordPlace
from callrisk.domain.wording import CATEGORY
from callrisk.wire.base import Day, Moment, Wire, wire_time


class PlaceAnswer(Wire):
    """Words around a place; the word itself is `text[begin:end]`.

    Letters are counted as Unicode does. It is in a turn of the customer or in a note; the other of
    the two ids is null.
    """

    text: str
    begin: int
    end: int
    segment_id: str | None
    note_id: int | None

    @classmethod
    def of(cls, place: WordPlace) -> Self:
        """Return a place."""
        return cls.of_value(place)


class FoundCallAnswer(Wire):
    """An ended call that was found; `places` has one for each word that was asked for."""

    call_id: str
    customer_id: str | None
    customer_name: str | None
    agent_id: str
    demo: bool
    started_at: Moment
    ended_at: Moment
    duration_s: float
    final_risk_score: int | None
    final_risk_category: RiskCategory | None
    final_risk_label: str | None
    final_risk_label_en: str | None
    outcome: str | None
    places: list[PlaceAnswer]

    @classmethod
    def of(cls, call: FoundCall, customer_name: str | None) -> Self:
        """Return a call with the name of its customer, as far as that is known."""
        category = None if call.final_category is None else RiskCategory(call.final_category)
        label = None if category is None else CATEGORY[category]
        return cls(
            call_id=call.call_id, customer_id=call.customer_id, customer_name=customer_name,
            agent_id=call.agent_id, demo=call.demo, started_at=wire_time(call.started_at),
            ended_at=wire_time(call.ended_at), duration_s=call.duration_s,
            final_risk_score=call.final_score, final_risk_category=category,
            final_risk_label=None if label is None else label.ja,
            final_risk_label_en=None if label is None else label.en, outcome=call.outcome,
            places=[PlaceAnswer.of(place) for place in call.places],
        )  # fmt: skip


class AskedFacts(Wire):
    """The facts that were asked for; null asks for all."""

    customer: str | None
    agent: str | None
    intent: str | None
    outcome: str | None
    category: RiskCategory | None
    first: Day | None = Field(alias="from")
    last: Day | None = Field(alias="to")

    @classmethod
    def of(cls, facts: SoughtFacts) -> Self:
        """Return the facts of a search."""
        return cls.model_validate({
            "customer": facts.customer_id, "agent": facts.agent_id, "intent": facts.intent,
            "outcome": facts.outcome, "category": facts.category,
            "from": None if facts.first is None else facts.first.isoformat(),
            "to": None if facts.last is None else facts.last.isoformat(),
        })  # fmt: skip


class SearchPage(Wire):
    """A page of calls that were found, the newest first.

    Where `next_cursor` is not null there may be more, also where this page has few: every day after
    `searched_back_to`, a day of Japan, was looked at, and a part of that day. `search_id` and
    `words` are of a saved search.
    """

    calls: list[FoundCallAnswer]
    next_cursor: str | None
    searched_back_to: Day | None
    asked: AskedFacts
    search_id: str | None = None
    words: str | None = None

"""The figures of an assessment: its quality, the values told with its lines, what was known."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import inf

import pytest

from callrisk.domain.assessment import Quality
from callrisk.domain.call_end import CallLiveness
from callrisk.domain.call_record import StoredCall
from callrisk.domain.customer import Customer
from callrisk.domain.event_types import Source
from callrisk.domain.features.history import CallHistory
from callrisk.domain.score.kept_assessment import KeptAssessment
from callrisk.domain.segment import OtherRole, ParticipantRole, Role, Segment, Sentiment
from callrisk.live.assessment.assessing import assess
from callrisk.live.live_call import LiveCall
from callrisk.live.served_model import ServedModel
from callrisk.live.served_playbook import ServedPlaybook
from callrisk.model.members import LinearMember
from harness.small_versions import OLD, small_model

BEGAN = datetime(2025, 1, 1, 9, 0, tzinfo=UTC)
AGENT, CUSTOMER = ParticipantRole.AGENT, ParticipantRole.CUSTOMER
NOBODY = CallHistory()
KNOWN = CallHistory(earlier_calls=3, reached_calls=2, concern=120, concern_latest=20)


def call(history: CallHistory | None = NOBODY, customer: Customer | None = None) -> LiveCall:
    """A call by REST of which nothing was heard."""
    row = StoredCall("c1", None, "a", Source.REST, False, BEGAN, None, False, False, None)
    return LiveCall(row, CallLiveness(0.0), history=history, customer=customer)


def turn(
    number: int, role: Role, begin_ms: int | None, end_ms: int | None,
    sentiment: Sentiment | None = None,
) -> Segment:  # fmt: skip
    """A turn of five letters, other ones each time."""
    return Segment(f"s{number}", number, role, f"それは{number:02}", begin_ms, end_ms, sentiment)


def kept(one: LiveCall, **changed: object) -> KeptAssessment:
    """The assessment of a call by a small model."""
    served = ServedModel(replace(small_model(OLD), **changed))  # type: ignore[arg-type]
    (found,) = assess([one], served, ServedPlaybook(), BEGAN + timedelta(minutes=1))
    return found.kept


def test_shares_and_silence_are_of_the_time_that_was_heard() -> None:
    """An agent speaks six of ten seconds, one of them over the customer, and two are still."""
    one = call()
    one.state.add(turn(1, AGENT, 0, 6_000))
    one.state.add(turn(2, CUSTOMER, 5_000, 8_000))
    one.state.add(turn(3, CUSTOMER, 10_500, 11_500))
    found = kept(one)

    assert found.quality == Quality(
        turns=3, customer_turns=2, customer_chars=10, agent_talk_share=0.6,
        overlap_share=round(1_000 / 11_500, 3), longest_silence_s=2.5, outside_population=False,
        missing=("customer_record", "sentiment"),
    )  # fmt: skip
    assert found.elapsed_s == 11.5


def test_without_times_nothing_is_said_of_them() -> None:
    """Neither shares nor silence; of a call in which nobody spoke no times are missing."""
    untimed, silent = call(), call()
    untimed.state.add(turn(1, AGENT, None, None))
    first, second = kept(untimed).quality, kept(silent).quality

    for one in (first, second):
        assert (one.agent_talk_share, one.overlap_share, one.longest_silence_s) == (None,) * 3
    assert first.missing == ("customer_record", "times", "sentiment")
    assert second.missing == ("customer_record",)


def test_one_time_among_several_tells_silence_and_still_lacks_times() -> None:
    """The silence of 0 seconds is a silence that is known."""
    one = call()
    one.state.add(turn(1, AGENT, 0, 1_000))
    one.state.add(turn(2, CUSTOMER, None, None, Sentiment.NEUTRAL))
    found = kept(one).quality

    assert (found.longest_silence_s, found.agent_talk_share) == (0.0, 1.0)
    assert found.missing == ("customer_record", "times")


def test_sentiment_is_missing_where_no_turn_has_one() -> None:
    """That of one speaker is enough, and a turn of no party neither has nor lacks it."""
    one = call()
    one.state.add(turn(1, OtherRole.SYSTEM, 0, 10, Sentiment.NEUTRAL))
    one.state.add(turn(2, AGENT, 20, 30))
    assert "sentiment" in kept(one).quality.missing
    one.state.add(turn(3, CUSTOMER, 40, 50, Sentiment.NEGATIVE))

    assert "sentiment" not in kept(one).quality.missing


def test_a_record_and_a_contract_are_told_of() -> None:
    """The record of the customer, and a call after the contract."""
    one = call(customer=Customer("1001"))
    assert "customer_record" not in kept(one).quality.missing
    assert not kept(one).quality.outside_population
    one.contract_date = date(2024, 12, 31)

    assert kept(one).quality.outside_population


def weighing(*weights: float) -> LinearMember:
    """A member that gives each feature so much for each step above 0; NaN counts as 0."""
    count = len(weights)
    return LinearMember(
        tuple(range(count)), weights, (0.0,) * count, (-inf,) * count, (inf,) * count, 0.0
    )


def test_values_are_told_of_features_with_points_alone() -> None:
    """What is not known is told as None, and what is said has lines of its own."""
    features = ("said_concern", "earlier_calls", "earlier_reached_share")
    changed = {"features": features, "typical": (None,) * 3, "members": (weighing(0, 0.9, 0),)}
    found = kept(call(KNOWN), **changed)

    assert [name for name, _ in found.told.known] == ["earlier_calls"]
    assert found.values == (("earlier_calls", 3.0),)


@pytest.mark.parametrize(("history", "expected"), [(None, False), (NOBODY, True), (KNOWN, True)])
def test_there_is_a_record_where_anything_was_known(
    history: CallHistory | None, expected: bool
) -> None:
    """Before the call; what is said in it does not count."""
    assert kept(call(history)).has_record is expected


def test_a_model_of_what_is_said_alone_knows_nothing_before() -> None:
    """So it never has a record to show."""
    changed = {"features": ("said_concern",), "typical": (None,), "members": (weighing(0.9),)}

    assert not kept(call(KNOWN), **changed).has_record


def test_figures_are_rounded_as_they_are_shown() -> None:
    """A probability to four places; the range is of whole points around the score."""
    found = kept(call(KNOWN))
    low, high = found.interval

    assert found.probability == round(found.probability, 4) != round(found.probability, 3)
    assert low <= found.told.score <= high
    assert found.at == BEGAN + timedelta(minutes=1)

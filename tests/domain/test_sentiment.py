"""The overall sentiment score is that of Contact Lens."""

import pytest

from callrisk.domain.call import ParticipantRole, Segment, Sentiment
from callrisk.domain.sentiment import overall_sentiment

CUSTOMER, AGENT = ParticipantRole.CUSTOMER, ParticipantRole.AGENT


def turns(*labels: tuple[int, str | None], until: int = 8_000) -> list[Segment]:
    """Customer turns by their beginning and label; the last word ends at `until`."""
    found = [
        Segment(f"s{n}", n, CUSTOMER, "はい", begin, begin + 100,
                None if label is None else Sentiment(label))
        for n, (begin, label) in enumerate(labels)
    ]  # fmt: skip
    return [*found, Segment("last", 99, CUSTOMER, "はい", until - 100, until)]


def test_it_is_the_mean_of_the_means_of_four_periods() -> None:
    """Quarters of -2.5, 5, 5 and 5 are 3.1 and not the plain mean of the turns, as AWS prints."""
    spoken = turns(
        (0, "NEGATIVE"), (500, "NEUTRAL"), (2_000, "POSITIVE"), (4_000, "POSITIVE"),
        (6_000, "POSITIVE"),
    )  # fmt: skip

    assert overall_sentiment(spoken, CUSTOMER) == 3.1
    assert overall_sentiment(turns((2_100, "NEGATIVE"), (6_500, "POSITIVE")), CUSTOMER) == 0.0


@pytest.mark.parametrize(
    ("spoken", "score"),
    [
        ([], None),
        (turns((0, None)), None),
        (turns((0, "POSITIVE")), 5.0),
        (turns((0, "NEGATIVE"), (7_000, "NEGATIVE")), -5.0),
    ],
)
def test_without_labels_there_is_no_score(spoken: list[Segment], score: float | None) -> None:
    """Unlabelled turns count only for the length of the call, empty periods not at all."""
    assert overall_sentiment(spoken, CUSTOMER) == score
    assert overall_sentiment(spoken, AGENT) is None


def test_turns_without_times_are_one_period() -> None:
    """Where the source has no times the score is the mean of the labelled turns."""
    spoken = [
        Segment("a", 1, AGENT, "はい", sentiment=Sentiment.POSITIVE),
        Segment("b", 2, AGENT, "はい", sentiment=Sentiment.NEUTRAL),
    ]

    assert overall_sentiment(spoken, AGENT) == 2.5

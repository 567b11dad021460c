"""The overall sentiment score is that of Contact Lens."""

import pytest

from callrisk.domain.language.sentiment import overall_sentiment
from callrisk.domain.segment import ParticipantRole, Segment, Sentiment

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


def said(role: ParticipantRole, *spoken: tuple[int, int, str]) -> list[Segment]:
    """Turns of a speaker by beginning, end and label."""
    return [
        Segment(f"{role}{begin}", begin, role, "はい", begin, end, Sentiment(label))
        for begin, end, label in spoken
    ]


# The call of Contact Lens's published example.
PUBLISHED = [
    *said(
        AGENT, (0, 90, "NEUTRAL"), (4_640, 6_610, "NEUTRAL"), (11_220, 15_210, "NEGATIVE"),
        (18_310, 21_820, "NEUTRAL"), (24_120, 29_710, "POSITIVE"),
    ),
    *said(
        CUSTOMER, (160, 4_640, "NEUTRAL"), (7_370, 11_190, "NEGATIVE"),
        (15_840, 18_120, "POSITIVE"), (22_610, 24_140, "POSITIVE"), (30_580, 32_110, "POSITIVE"),
    ),
]  # fmt: skip


def test_the_published_call_has_its_published_scores() -> None:
    """Agent quarters of 0, -5, 0 and 5 are 0, customer quarters of -2.5, 5, 5 and 5 are 3.1."""
    assert overall_sentiment(PUBLISHED, AGENT) == 0.0
    assert overall_sentiment(PUBLISHED, CUSTOMER) == 3.1


@pytest.mark.parametrize(
    ("until", "border"),
    [
        *((29_710, border) for border in (7_427, 14_855, 22_282)),
        *((32_110, border) for border in (8_027, 16_055, 24_082)),
    ],
)
def test_a_period_begins_at_its_published_border(until: int, border: int) -> None:
    """A turn that begins there is of the next period, one that begins a moment earlier is not."""
    before = ((border - 3, "POSITIVE"), (border - 2, "POSITIVE"))

    assert overall_sentiment(turns(*before, (border - 1, "NEGATIVE"), until=until), CUSTOMER) == 1.7
    assert overall_sentiment(turns(*before, (border, "NEGATIVE"), until=until), CUSTOMER) == 0.0


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


def test_only_labelled_turns_need_times() -> None:
    """A turn without label and times changes nothing; with a label it makes all one period."""
    spoken = turns((0, "NEGATIVE"), (500, "NEGATIVE"), (6_000, "POSITIVE"))
    unlabelled = Segment("u", 5, CUSTOMER, "はい")
    labelled = Segment("l", 6, CUSTOMER, "はい", sentiment=Sentiment.NEGATIVE)

    assert overall_sentiment([*spoken, unlabelled], CUSTOMER) == 0.0
    assert overall_sentiment([*spoken, labelled], CUSTOMER) == -2.5

"""Overlap, silence and length of a call from the times of its turns, at their edges."""

import pytest

from callrisk.domain.call import CallState
from callrisk.domain.segment import ParticipantRole, Segment

AGENT, CUSTOMER = ParticipantRole.AGENT, ParticipantRole.CUSTOMER
Said = tuple[ParticipantRole, int | None, int | None]


@pytest.mark.parametrize(
    ("said", "overlap_ms", "silence_ms", "elapsed_ms"),
    [
        ([(AGENT, 5_000, 9_000)], 0, 0, 9_000),  # before the first turn nobody is silent
        ([(AGENT, 0, 0), (CUSTOMER, 5_000, 6_000)], 0, 5_000, 6_000),
        ([(AGENT, 0, 4_000), (CUSTOMER, 4_000, 6_000)], 0, 0, 6_000),
        ([(AGENT, 0, 4_000), (CUSTOMER, 3_000, 6_000)], 1_000, 0, 6_000),
        ([(AGENT, 0, 9_000), (CUSTOMER, 3_000, 6_000)], 3_000, 0, 9_000),
        ([(AGENT, 0, 4_000), (AGENT, 3_000, 6_000)], 0, 0, 6_000),
        ([(AGENT, 0, 4_000), (AGENT, 3_000, 6_000), (CUSTOMER, 5_000, 7_000)], 1_000, 0, 7_000),
        ([(AGENT, 0, 9_000), (CUSTOMER, 1_000, 3_000), (CUSTOMER, 2_000, 4_000)], 3_000, 0, 9_000),
        ([(AGENT, 0, 1_000), (CUSTOMER, 3_000, 4_000), (AGENT, 9_000, 9_500)], 0, 5_000, 9_500),
        ([(AGENT, None, None), (CUSTOMER, 2_000, 3_000)], 0, 0, 3_000),
        ([(AGENT, None, None)], 0, 0, 0),
    ],
)
def test_what_the_times_of_turns_tell(
    said: list[Said], overlap_ms: int, silence_ms: int, elapsed_ms: int
) -> None:
    """In whatever order the turns come."""
    for order in (said, said[::-1]):
        state = CallState()
        for role, begin, end in order:
            number = said.index((role, begin, end))
            state.add(Segment(f"s{number}", number, role, f"{number}番目です", begin, end))
        totals = state.totals()

        assert (totals.overlap_ms, totals.longest_silence_ms, totals.elapsed_ms) == (
            overlap_ms, silence_ms, elapsed_ms,
        )  # fmt: skip

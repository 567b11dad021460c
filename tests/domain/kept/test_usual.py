"""What is usual in calls that are over."""

from callrisk.domain.kept.usual import FEWEST_CALLS, UsualRange, usual_quality


def test_the_middle_half_is_usual() -> None:
    """A quarter of the calls lie below it, a quarter above."""
    usual = usual_quality([(n / 100, float(n)) for n in range(101)])

    assert usual.calls == 101
    assert usual.agent_talk_share == UsualRange(0.25, 0.75)
    assert usual.longest_silence_s == UsualRange(25.0, 75.0)


def test_too_few_calls_tell_nothing() -> None:
    """Those without times count for no figure."""
    few = usual_quality([(0.5, None)] * FEWEST_CALLS + [(None, 3.0)] * (FEWEST_CALLS - 1))

    assert few.agent_talk_share == UsualRange(0.5, 0.5)
    assert few.longest_silence_s is None
    assert usual_quality([]).agent_talk_share is None

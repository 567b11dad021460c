"""Counts that many threads add to."""

from concurrent.futures import ThreadPoolExecutor

from callrisk.background.tally import Tally


def test_no_count_is_lost_among_threads() -> None:
    """Each label has its own."""
    tally = Tally()
    with ThreadPoolExecutor(8) as threads:
        for _ in threads.map(lambda number: tally.add(f"{number % 2}", 2), range(2_000)):
            pass

    assert tally.counts == {"0": 2_000, "1": 2_000}
    assert tally.total == 4_000

"""What a scan of decrypted words finds, the search finds: the benchmark of it, in a small form."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import Engine

from callrisk.store.database import Keys, open_database
from callrisk.store.search import word_segments
from callrisk.store.search.postings import SLOTS
from harness.databases import KINDS, fresh_database
from harness.scripts import module_of

CALLS = 260
# Often enough that a small number of calls has them.
PLANTED = {"滞納": 5, "解約": 8, "弁護士": 20, "Ｃashing": 6}


@pytest.fixture(scope="module")
def benchmark() -> Iterator[ModuleType]:
    """The benchmark as a module, with few turns to choose from, and segments of few calls."""
    with pytest.MonkeyPatch.context() as patch:
        module = module_of("benchmarks/searching.py")
        patch.setattr(module, "DIFFERENT_TURNS", 1_500)
        patch.setattr(module, "BATCH", 50)
        patch.setattr(module, "_PLANTED", PLANTED)
        patch.setattr(word_segments, "_LEFT_LOOSE", 100 - SLOTS)
        yield module


@pytest.fixture(params=KINDS)
def engine(
    request: pytest.FixtureRequest, benchmark: ModuleType, tmp_path: Path
) -> Iterator[Engine]:
    """A database of each kind that the benchmark filled."""
    with fresh_database(request.param) as address:
        url = address or f"sqlite:///{tmp_path / 'calls.db'}"
        engine = open_database(url, Keys(benchmark.RING))
        benchmark.fill(engine, CALLS)
        yield engine
        engine.dispose()


def test_no_hit_of_a_scan_is_missed(benchmark: ModuleType, engine: Engine) -> None:
    """In any width and case, of one word and of two, rare ones and such as all calls have."""
    wanted, found = benchmark.recall(engine, CALLS, benchmark.ASKED)

    assert wanted > CALLS
    assert found == wanted

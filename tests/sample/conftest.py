"""Samples that the tests of the generator share."""

import pytest

from callrisk.sample import Sample, generate
from callrisk.sample.export.export_rows import CALL_COLUMNS, CUSTOMER_COLUMNS, Cell

Table = list[dict[str, Cell]]


@pytest.fixture(scope="session")
def sample() -> Sample:
    """The sample that everyone starts with."""
    return generate()


@pytest.fixture(scope="session")
def calls(sample: Sample) -> Table:
    """Its call export, one mapping a row."""
    return [dict(zip(CALL_COLUMNS, row, strict=True)) for row in sample.rows()]


@pytest.fixture(scope="session")
def customers(sample: Sample) -> Table:
    """Its customers table, one mapping a row."""
    return [dict(zip(CUSTOMER_COLUMNS, row, strict=True)) for row in sample.customers()]

"""The numbers behind a dependence plot: bands of values and their mean points."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from callrisk.domain.arrays import Flags, Floats
from callrisk.domain.features.contract import Feature
from callrisk.domain.wording import MISSING_VALUE, Text, number_text

_BANDS = 4


@dataclass(frozen=True, slots=True)
class ValueBand:
    """Customers with similar or unknown values, and their mean points."""

    values: Text
    customers: int
    points: float


def value_bands(feature: Feature, facts: Floats, points: Floats) -> list[ValueBand]:
    """Return the bands from the lowest values to the highest, the unknown last."""
    bands = [
        ValueBand(words, int(members.sum()), float(points[members].mean()))
        for words, members in _bands(feature, facts)
    ]
    unknown = np.isnan(facts)
    if unknown.any():
        bands.append(
            ValueBand(MISSING_VALUE, int(unknown.sum()), float(points[unknown].mean())),
        )
    return bands


def _bands(feature: Feature, facts: Floats) -> Iterator[tuple[Text, Flags]]:
    known = facts[~np.isnan(facts)]
    different = np.unique(known)
    if len(different) <= _BANDS:
        for value in different:
            yield number_text(float(value), feature), facts == value
        return
    # Equal values stay together, so that bands may be fewer where many customers share one.
    inner = np.unique(np.quantile(known, np.linspace(0, 1, _BANDS + 1)[1:-1]))
    band = np.searchsorted(inner, facts, side="left")
    for number in range(len(inner) + 1):
        members = (band == number) & ~np.isnan(facts)
        if members.any():
            yield _from_to(feature, facts[members]), members


def _from_to(feature: Feature, values: Floats) -> Text:
    low, high = (number_text(float(end), feature) for end in (values.min(), values.max()))
    if low == high:
        return low
    return Text(f"{low.ja} 〜 {high.ja}", f"{low.en} – {high.en}")

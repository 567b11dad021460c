"""Makes the weights of the needs from labelled moments of calls."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.advice.need import NEEDS, NeedWeights, language_odds, own_features
from callrisk.domain.language import context, learned
from callrisk.domain.language.operators import analysed
from callrisk.domain.language.text import plain_text
from callrisk.pipeline.language.weights_fitting import Rows, fitted_answer
from callrisk.pipeline.needs.moments import LabelledMoment


def fitted(moments: Iterable[LabelledMoment]) -> NeedWeights:
    """Return the weights that the moments teach; the same moments give the same weights."""
    names: list[list[str]] = []
    odds: list[NDArray[np.float32]] = []
    labels: list[list[bool]] = []
    for moment in moments:
        turn = analysed(plain_text(moment.customer))
        own = own_features(turn)
        pair = context.pair_features(moment.agent, turn, own)
        names.append(sorted(dict.fromkeys(pair)))
        odds.append(language_odds(own))
        labels.append([need in moment.needs for need in NEEDS])
    return NeedWeights(*fitted_answer(Rows(names, np.array(labels)), np.array(odds)))


def stored(weights: NeedWeights) -> dict[str, NDArray[Any]]:
    """Return the arrays of the weights file."""
    return {**learned.stored(weights.weights, "needs"), "own_share": weights.own_share}

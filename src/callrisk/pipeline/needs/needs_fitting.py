"""Makes the weights of the needs from labelled moments of calls."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.advice.need import NEEDS, NeedWeights, language_odds, own_features
from callrisk.domain.language import weights as language_weights
from callrisk.domain.language.japanese import JAPANESE
from callrisk.pipeline.language.weights_fitting import Rows, fitted_answer
from callrisk.pipeline.needs.moments import LabelledMoment


def fitted(moments: Iterable[LabelledMoment]) -> NeedWeights:
    """Return the weights that the moments teach; the same moments give the same weights."""
    names: list[list[str]] = []
    odds: list[NDArray[np.float32]] = []
    labels: list[list[bool]] = []
    for moment in moments:
        turn = JAPANESE.analyse(moment.customer)
        own = own_features(turn)
        pair = JAPANESE.pair_features(moment.agent, turn, own)
        names.append(sorted(dict.fromkeys(pair)))
        odds.append(language_odds(own))
        labels.append([need in moment.needs for need in NEEDS])
    return NeedWeights(
        *fitted_answer(Rows(names, np.array(labels)), np.array(odds), JAPANESE.fitting)
    )


def stored(weights: NeedWeights) -> dict[str, NDArray[Any]]:
    """Return the arrays of the weights file."""
    return {**language_weights.stored(weights.weights, "needs"), "own_share": weights.own_share}

"""Japanese: operators, table of predicates, context of questions, and weights."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from callrisk.domain.language.examples import Finder
from callrisk.domain.language.japanese.context import (
    LONGEST_ANSWER,
    denied,
    only_keeps_going,
    pair_features,
)
from callrisk.domain.language.japanese.dates import names_date
from callrisk.domain.language.japanese.denial import only_denies
from callrisk.domain.language.japanese.features import RunPlaces, features
from callrisk.domain.language.japanese.feelings import feelings
from callrisk.domain.language.japanese.grammar import Grammar
from callrisk.domain.language.japanese.inflection import FORM
from callrisk.domain.language.japanese.operators import analysed
from callrisk.domain.language.japanese.text import PAUSES, plain_text
from callrisk.domain.language.predicates import Predicate
from callrisk.domain.language.spoken_language import Fitting, SpokenLanguage, Thresholds


def _finder(predicates: Iterable[Predicate], topics: Mapping[str, tuple[str, ...]]) -> Finder:
    return Grammar(predicates, topics).found


JAPANESE = SpokenLanguage(
    code="ja",
    folder=Path(__file__).parent,
    script=re.compile("[ぁ-んァ-ヴー一-龠々]"),
    pauses=PAUSES,
    form=FORM,
    thresholds=Thresholds(
        anything_share=0.3, anything_least=-2.0, anything_most=4.0, says=0.1, least=-2.5,
        answers=-1.4, surely=2.0, least_of_likeliest=-2.5, clear=0.7, clearer=2.5,
    ),
    fitting=Fitting(turn_c=1000.0, answer_c=300.0, least_turn=6, least_answer=2),
    plain_text=plain_text,
    analysed=analysed,
    finder=_finder,
    features=features,
    run_places=RunPlaces,
    longest_answer=LONGEST_ANSWER,
    pair_features=pair_features,
    denied=denied,
    only_keeps_going=only_keeps_going,
    only_denies=only_denies,
    names_date=names_date,
    feelings=feelings,
)  # fmt: skip

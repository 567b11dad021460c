"""English: operators, table of predicates, context of questions, and weights."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from callrisk.domain.language.english.context import (
    LONGEST_ANSWER,
    denied,
    only_keeps_going,
    pair_features,
)
from callrisk.domain.language.english.dates import names_date
from callrisk.domain.language.english.denial import only_denies
from callrisk.domain.language.english.features import RunPlaces, features
from callrisk.domain.language.english.feelings import feelings
from callrisk.domain.language.english.grammar import Grammar
from callrisk.domain.language.english.inflection import FORM
from callrisk.domain.language.english.operators import analysed
from callrisk.domain.language.english.text import PAUSES, plain_text
from callrisk.domain.language.examples import Finder
from callrisk.domain.language.predicates import Predicate
from callrisk.domain.language.spoken_language import Fitting, SpokenLanguage, Thresholds


def _finder(predicates: Iterable[Predicate], topics: Mapping[str, tuple[str, ...]]) -> Finder:
    return Grammar(predicates, topics).found


ENGLISH = SpokenLanguage(
    code="en",
    folder=Path(__file__).parent,
    script=re.compile("[A-Za-z]"),
    pauses=PAUSES,
    form=FORM,
    thresholds=Thresholds(
        anything_share=0.3, anything_least=-2.0, anything_most=4.0, says=1.2, least=-2.0,
        answers=0.0, surely=2.0, least_of_likeliest=-2.0, clear=0.7, clearer=2.5,
    ),
    fitting=Fitting(
        turn_c=10.0, answer_c=30.0, least_turn=2, least_answer=2, without_marks=True
    ),
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

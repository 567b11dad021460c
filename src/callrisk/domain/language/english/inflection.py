"""The forms of English predicates, and the form of their table.

A word of the table may be several words. The verb of a row is its last word, or the one before `…`
(up to three words) where it has an object; irregular forms stand behind it with `/`: `pay/paid`.
"""

import re

from callrisk.domain.language.predicates import Predicate, TableForm

VERB, FIXED, NOUN, ADJECTIVE = "verb", "fixed", "noun", "adjective"
_VOWELS = "aeiou"


def _fits(word: str, kind: str) -> bool:
    """Return True if a word is written as its kind demands."""
    return kind == VERB or "/" not in word


FORM = TableForm(
    columns=(
        "word", "kind", "topic", "affirmed", "negated", "requested", "obliged", "past", "strength",
        "example", "counterexample",
    ),
    kinds=(VERB, ADJECTIVE, NOUN, FIXED),
    fixed=FIXED,
    fits=_fits,
)  # fmt: skip


def forms(predicate: Predicate) -> list[tuple[str, ...]]:
    """Return for each word of a predicate the forms in which it may be said."""
    words = predicate.word.lower().split()
    if predicate.inflection == NOUN:
        return [*((one,) for one in words[:-1]), (words[-1], f"{words[-1]}s")]
    if predicate.inflection != VERB:
        return [tuple(one.split("|")) for one in words]
    at = next((n for n, one in enumerate(words) if "/" in one), None)
    if at is None:
        at = next((n for n, one in enumerate(words) if one.endswith("*")), len(words) - 1)
    return [
        _verb_forms(one) if number == at else tuple(one.split("|"))
        for number, one in enumerate(words)
    ]


def _verb_forms(told: str) -> tuple[str, ...]:
    """Return the forms of a verb, or of several: pay, pays, paying, paid."""
    return tuple(form for verb in told.rstrip("*").split("|") for form in _forms(verb))


def _forms(told: str) -> tuple[str, ...]:
    verb, *irregular = told.split("/")
    if verb.endswith("e"):
        regular = (f"{verb}s", f"{verb}d", f"{verb[:-1]}ing")
    elif re.search(f"[^{_VOWELS}]y$", verb):
        regular = (f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing")
    elif re.search("(?:s|sh|ch|x|z|o)$", verb):
        regular = (f"{verb}es", f"{verb}ed", f"{verb}ing")
    else:
        regular = (f"{verb}s", f"{verb}ed", f"{verb}ing")
    double = (f"{verb}{verb[-1]}ed", f"{verb}{verb[-1]}ing")
    return tuple(dict.fromkeys((verb, *regular, *irregular, *double)))


def is_past(form: str, predicate: Predicate) -> bool:
    """Return True for a form that tells the past: paid, cancelled, lost."""
    told = next((one for one in predicate.word.split() if "/" in one), "")
    return form in told.split("/")[1:] or (form.endswith("ed") and len(form) > len("need"))

"""The operators of English that decide what a predicate means: negation, obligation, request …

They are a closed class, so they are code and not a table. `analysed` makes one form of what says
the same (unable to, not able to: can not), replaces each operator by one sign, which stands as a
word of its own, and cuts the turn into clauses with their mood. The theory of operation is in
docs/language.md.
"""

import re
from collections.abc import Callable
from functools import partial

from callrisk.domain.language.analysed import Analysed, Clause, PlainText
from callrisk.domain.language.english.moods import clause_moods
from callrisk.domain.language.signs import (
    AFFIRMED,
    DOUBTED,
    NEGATED,
    OBLIGED,
    OUTER,
    REQUESTED,
    RHETORICAL,
    TAGGED,
    UNWILLING,
)

_BE = "(?:am|is|are|was|were|be|been)"
_ADVERB = "(?:really|actually|just|simply|honestly|even|currently|quite|always|exactly|necessarily)"
# What is written for an operator: `N` stands for a negation, so that two of them are one form each.
_PATTERNS: tuple[tuple[str, str], ...] = (
    # No operators, though they look like one.
    ("", (
        "no problem|no worries|not a problem|not at all|no thanks?|no thank you|not bad|no doubt"
        "|no matter|not only|why not|if not|or not|whether or not|not to worry|no sooner|no wonder"
        "|do not worry|can not wait|can not thank|can not complain|no rush|no idea|do not know"
        "|do not mind|would not mind|can not remember|do not remember|can not hear|can not find"
    )),
    # Two negations are read out: it is not that i can not pay.
    (AFFIRMED, (
        f"(?:it )?{_BE} not (?:that|like|as if|as though|because|the case that)"
        "(?: (?:i|we|you|they|there|he|she|it|my|our))? (?:can|could|do|does|did|will|would"
        f"|{_BE}|have|has|had) (?:not|never|no)"
        "|can not (?:just )?not|could not not|not (?:entirely |totally )?(?:without|unable to"
        "|unwilling to|impossible to)|(?:do|did|would) not (?:mean|say|think) (?:that )?"
        "(?:i|we) (?:can|could|do|will|would|am|are|have) not|never (?:not|fail to|failed to)"
        "|not once (?:not|without)|no reason not to"
    )),
    (OUTER, (
        f"(?:it )?{_BE} not (?:that|like|as if|as though|the case that)"
        "|(?:do|did|would|am|was) not (?:mean|say|saying|think|believe|suggest|suggesting|claiming"
        "|claim)(?: to say)?(?: that)?"
    )),
    (RHETORICAL, (
        "why (?:on earth |the hell |the heck )?(?:should|would|must) (?:i|we|anyone)"
        "|how (?:on earth |the hell |the heck )?(?:am i|are we) (?:supposed|meant|going"
        "|expected) to"
        "|how (?:on earth |the hell )?(?:do|would|could) you (?:expect|think|imagine)"
        "(?: (?:me|us|i|we)(?: (?:to|will|am|can|are))?)?"
        "|(?:as if|like) (?:i|we) would"
        "|do you (?:really |honestly )?(?:think|expect|believe) (?:i|we|me|us)"
        "(?: (?:am|are|will|would|going|to|can))*|no way (?:am i|are we|in hell am i)(?: going to)?"
    )),
    (UNWILLING, (
        "(?:refuse|refusing|refused|decline|declining) to"
        f"|(?:have|having|{_BE}|with)(?: absolutely)? (?:no|not any|zero|not the slightest)"
        " (?:intention|plans?|interest|desire) (?:of|to|on|in)"
        f"|{_BE} not (?:willing|prepared|about|inclined|interested|ready) (?:to|in)"
        "|(?:do|does) not (?:want|intend|plan|wish|propose) to|would rather not|unwilling to"
        "|(?:see|sees) no (?:reason|point) (?:to|in|why i should)"
        "|no way i (?:am|will|would)(?: going to)?|not about to"
    )),
    (NEGATED, (
        "(?:can|could) (?:not|never|no longer|hardly|barely|scarcely)"
        f"|(?:will|would) (?:not|never)|(?:{_BE} )?(?:not|never) going to"
    )),
    (DOUBTED, (
        "might|maybe|perhaps|possibly|not sure (?:if|whether|that|how)|not certain (?:if|whether)"
        "|do not think|do not believe|i doubt|doubt (?:if|whether|that)|may(?= (?:not|have|be"
        "|need))"
    )),
    (REQUESTED, (
        "(?:can|could|may|might|would|will) (?:you|i|we)(?: (?:guys|please|possibly|maybe|at least"
        "|just))*(?: be (?:able|allowed|willing|kind enough) to)?"
        "|would it be (?:possible|okay|all right|alright|ok)(?: (?:if i could|if i|if we|if you"
        "|to|for me"
        " to|for us to))?|is it (?:possible|okay|all right|alright)(?: (?:if i could|if i|if we"
        "|if you"
        "|to|for me to|for us to))?|is there (?:any|a|some) (?:way|chance|possibility)"
        "(?: (?:of|that))?(?: (?:i|we|you) (?:can|could|might))?"
        "|any (?:chance|way)(?: (?:of|that))?(?: (?:i|we|you) (?:can|could|might))?"
        "|i (?:would|just)? ?(?:like|love|want|prefer|wanted) to|i (?:was|am) hoping (?:to|for"
        "|you could|we"
        " could|i could)|i (?:was|am) wondering if (?:i|we|you) (?:can|could|might)"
        "|i (?:was|am) calling to (?:see|ask|find out) if (?:i|we|you) (?:can|could|might)"
        "|i would (?:appreciate|be grateful)(?: it)? if you could|please|let me(?! (?:go|know"
        "|see|think|tell|ask|explain|down|check|put it|be clear))|allow me to|do you think"
        " (?:i|we|you) could|would you mind|i (?:am asking|ask|beg|am begging) (?:you )?(?:to|for)"
    )),
    (TAGGED, (
        "(?:is|are|do|does|did|was|were|have|has|can|could|would|should) not"
        " (?:it|that|you think|you agree|i|they)(?= \\?|$)"
    )),
    (OBLIGED, (
        "have to|has to|had to|having to|must|need to|needs to|have got to|got to|supposed to"
        "|ought to|should|obliged to|required to|am meant to|expected to"
    )),
    (NEGATED, (
        "not (?:any|much|enough|a single|a|ever|got)(?= )|not|never|no longer|no|none|nothing"
        "|nobody|nowhere|neither|nor|without|hardly|barely|scarcely|zero"
    )),
)  # fmt: skip
_OPERATORS = re.compile(
    r"(?<![^ ])(?:" + "|".join(f"(?P<o{n}>{text})" for n, (_, text) in enumerate(_PATTERNS))
    + r")(?![^ ])"
)  # fmt: skip
_SIGN_OF = tuple(sign for sign, _ in _PATTERNS)
# One form of what says the same, before operators become signs.
_SAME = (
    (re.compile(
        rf"(?<![^ ])(?:(?:will|would|am|is|are|was|were|may|might) not (?:{_ADVERB} )?(?:be "
        rf"|going to be )?"
        "(?:able|in a position|in any position|possible for me) to|(?:will )?(?:am |are |is |be"
        " )?unable to"
        "|(?:will |would )?(?:be )?incapable of|there is no (?:way|chance)(?: that)? (?:i|we)"
        " (?:can|could|will)"
        "|no way (?:i|we) can|(?:is |it is )?(?:simply |just )?(?:not possible|impossible)(?:"
        " for (?:me|us))? to"
        "|do not (?:see|know) how (?:i|we) (?:can|could|will|am going to)|have no (?:way"
        "|means)(?: of| to))"
        "(?![^ ])"), "can not"),
    (re.compile(r"(?<![^ ])(?:will be|would be|am|are|is|was) able to(?![^ ])"), "can"),
    (re.compile(r"(?<![^ ])(?:am|are|is) (?:still |definitely )?going to(?![^ ])"), "will"),
)  # fmt: skip


def analysed(plain: PlainText) -> Analysed:
    """Return the text with its operators as signs, cut into clauses."""
    text, offsets = plain.text, plain.offsets
    for pattern, same in _SAME:
        text, offsets = _replaced(pattern, text, offsets, partial(_always, same))
    text, offsets = _replaced(_OPERATORS, text, offsets, _sign)
    return Analysed(text, offsets, _clauses(text))


def _sign(match: re.Match[str]) -> str:
    """Return the sign of an operator, with the words of it that a table needs."""
    sign = _SIGN_OF[(match.lastindex or 1) - 1]
    if not sign:
        return match[0]
    if sign == NEGATED:
        words = match[0]
        if words.startswith(("can", "could")):
            return f"can {sign}"
        if words.startswith(("will", "would")) or words.endswith("going to"):
            return f"will {sign}"
    return sign


def _always(same: str, _match: re.Match[str]) -> str:
    return same


def _replaced(
    pattern: re.Pattern[str], text: str, offsets: tuple[int, ...],
    written: Callable[[re.Match[str]], str],
) -> tuple[str, tuple[int, ...]]:  # fmt: skip
    """Return the text with what a pattern finds written otherwise; each letter keeps its place."""
    pieces: list[str] = []
    places: list[int] = []
    done = 0
    for match in pattern.finditer(text):
        new = written(match)
        if new == match[0]:
            continue
        begin, end = match.span()
        pieces += (text[done:begin], new)
        places += offsets[done:begin]
        places += [offsets[min(begin + at, end - 1)] for at in range(len(new))]
        done = end
    if not done:
        return text, offsets
    return "".join((*pieces, text[done:])), (*places, *offsets[done:])


def _clauses(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a text with signs; a mark of an outer negation ends none."""
    clauses = []
    for begin, end, mood in clause_moods(text):
        words = text[begin:end]
        outer = "-" if OUTER in words else "+" if AFFIRMED in words else ""
        clauses.append(Clause(begin, end, mood, outer))
    return tuple(clauses)

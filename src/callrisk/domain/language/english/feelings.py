"""Plain words of feeling in English."""

import re

# Polite formulas and denials: they hold a word of mood and tell none.
_SAY_NOTHING = re.compile(
    r"\b(?:thank(?:s| you) for (?:calling|holding|waiting|your call)|no (?:worries|problem|trouble)"
    r"|not (?:a problem|worried|happy|satisfied|good enough|helpful)|don'?t worry|not at all upset"
    r"|i'?m afraid (?:so|not|i)|no thanks?|no thank you)\b",
    re.IGNORECASE,
)
_UNHAPPY = re.compile(
    r"\b(?:not|isn'?t|wasn'?t|am not|never) (?:very |really |at all )?(?:happy|satisfied|pleased"
    r"|helpful"
    r"|good enough|fair)\b",
    re.IGNORECASE,
)
_POSITIVE = re.compile(
    r"\b(?:thank(?:s| you)|appreciate|grateful|great|perfect|wonderful|awesome|brilliant|lovely"
    r"|relie(?:f|ved)"
    r"|glad|happy|pleased|satisfied|helpful|that helps|excellent|fantastic|cheers)\b",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    r"\b(?:worr(?:ied|ying|y)|anxious|stress(?:ed|ful)?|upset|angry|furious|frustrat(?:ed|ing)"
    r"|annoy(?:ed|ing)"
    r"|ridiculous|terrible|awful|horrible|disgust(?:ed|ing)|unacceptable|disappointed"
    r"|disappointing|sick of"
    r"|fed up|scam|rip.?off|joke|liars?|useless|hopeless|desperate|struggling|afraid|scared"
    r"|nightmare"
    r"|complain(?:t|ing)?|unfair|outrageous|pathetic)\b",
    re.IGNORECASE,
)


def feelings(text: str) -> tuple[bool, bool]:
    """Return two truth values: words of good feeling are there, words of bad feeling are there."""
    unhappy = _UNHAPPY.search(text) is not None
    rest = _SAY_NOTHING.sub(",", _UNHAPPY.sub(",", text))
    return _POSITIVE.search(rest) is not None, unhappy or _NEGATIVE.search(rest) is not None

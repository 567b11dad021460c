"""The clauses of an English turn and how each is meant: asserted, asked, supposed, quoted …"""

import re
from collections.abc import Iterator
from itertools import pairwise

from callrisk.domain.language.signs import NEGATED, OBLIGED, RHETORICAL, TAGGED
from callrisk.domain.language.statement import Mood

_SUBJECT = "(?:i|we|you|it|he|she|they|that|this|there|my|our|the)"
# A clause begins behind the end of a sentence and before these.
_BORDER = re.compile(
    r"(?<=[.?] )"
    r"|(?<= )(?=(?:but|because|although|though|however|unless|whereas|while|if|in case|suppose"
    r"|supposing|what if|even if|as long as|otherwise) )"
    rf"|(?<= )(?=(?:so|and|or|then|plus|since|as) {_SUBJECT} )"
    r"|(?<= )(?=(?:and|so|then) (?:please|now|then|what|how|when|can|could|would|do|is|are) )"
    r"|(?<= )(?=(?:when|once|until|after|before|as soon as) (?:i|we|my|the|you|they) )"
)
_SUPPOSES = re.compile(
    "(?:and |but |so |well |okay )*(?:(?:even |what )?if|unless|in case|suppose|supposing|imagine"
    "|say i|let us say|assuming|as long as|provided|whether|should i ever|had i)(?: |$)"
)
# A clause that belongs to the one before: what happens when i can not pay.
_BELONGS = re.compile("(?:when|once|until|after|before|as soon as|because|while) ")
# The consequence begins with the first subject or verb behind a supposed clause of some words.
_CONSEQUENCE = re.compile(
    r"^(?:\S+ ){4,}?(?=(?:then|i|we|you|it|he|she|they|what|how|who|that|there|is|would|do|does"
    r"|please|am|are|will) )"
)
_STILL_SUPPOSED = re.compile(rf"(?:^| )(?:would|could|might|{NEGATED})(?: |$)")
_ASKS = re.compile(
    r"^(?:(?:and|but|so|well|okay|hi|hello|yes|no|sorry|excuse me|then|also|now|just|right|actually"
    r"|like|wait|hang on) )*"
    r"(?:(?:what|where|which|who|whose|whom|how|why|when)(?: (?:is|are|was|were|do|does|did|will"
    r"|would"
    r"|can|could|should|am|has|have|much|many|long|often|about|happens?|happened|else|kind|day"
    r"|date|time"
    rf"|number|amount|options?|methods?|card|bank|come|{OBLIGED})(?: |$))"
    r"|(?:do|does|did|is|are|am|was|were|will|would|can|could|should|have|has|had|may)(?: (?:i"
    r"|we|you|it"
    rf"|he|she|they|there|that|this|the|my|your|a|an|any|{NEGATED})(?: |$)))"
)
_ASKS_ANYWHERE = re.compile(
    r"(?:^| )(?:i (?:am|was) (?:just )?wondering|wondered (?:if|what|how)|do you know|do you"
    r" have|want"
    r"(?:ed)? to (?:know|ask|find out|check)|(?:just )?(?:checking|asking)(?: (?:if|what|how"
    r"|whether))"
    r"|(?:have|had|ask) (?:a|one|another|just one|a quick) question|tell me (?:what|when|how|if"
    r"|whether|why|which)|explain (?:what"
    r"|how|why)|curious (?:if|what|how)|not sure what happens|what happens)(?: |$)"
)
_QUOTES = re.compile(
    r"(?:^| )(?:(?:he|she|they|it|people|somebody|someone|everyone|everybody) |(?:my|the|your"
    r"|our|a|some"
    r"|his|her|their|this) (?:\S+ ){1,3}?)(?:is |was |are |were |has |have |had |just |always "
    r"|also |keeps? "
    r"|kept |even )*(?:said|says|saying|say|told|tells|telling|mentioned|mentions|claims|claimed"
    r"|complained|complains|complaining|reckons|wrote|writes|explained|shouted|texted|asked|asks"
    r"|reads"
    r"|stated|states)(?: |$)"
    r"|(?:^| )(?:i (?:heard|read)|apparently|supposedly|according to|they say|rumou?r has it"
    r"|word is"
    r"|used to say|in the (?:news|paper|movie|show|film))(?: |$)"
)
# What the household itself says of its own is meant as it stands.
_OWN_WORDS = re.compile(
    r"(?:^| )(?:i|we) (?:have |already |just |always |keep )*(?:said|say|told|tell)"
)
_OTHERS = re.compile(
    r"(?:^| )(?:(?:my|our|his|her|their|the|a|an|some|one of my|your|this|that|most|many|lots of"
    r"|other|every|these|those)(?: \S+)?? )?"
    r"(?:friends?|mates?|buddy|buddies|neighbou?rs?|colleagues?|coworkers?|boss|manager"
    r"|brothers?|sisters?"
    r"|cousins?|uncles?|aunts?|aunties?|aunty|auntie|nephews?|niece|roommates?|flatmates?"
    r"|housemates?"
    r"|landlord|landlady|tenants?|ex|ex husband|ex wife|girlfriend|boyfriend|in laws|brother in law"
    r"|sister in law|grandson|granddaughter|people|folks|customers?|clients?|everyone|everybody"
    r"|somebody|someone|guys?|fella|coworker|classmates?|teammate|acquaintance|celebrity|character"
    r"|competitor|government)(?:'s? \S+)?(?: next door| at work| from work| of mine)?"
    r" (?:who |that )?(?!(?:and|or|to|for|at|in|on|about|from|with|of|but|if|i|we) )\S+"
)
_OWN_SUBJECT = re.compile(r"(?:^| )(?:i|we|me|us)(?: |$)")


def clause_moods(text: str) -> Iterator[tuple[int, int, Mood]]:
    """Yield the borders of each clause of an analysed text, and its mood."""
    borders = [0, *(m.start() for m in _BORDER.finditer(text)), len(text)]
    supposed, mood = False, Mood.ASSERTED
    for begin, end in pairwise(borders):
        if begin == end:
            continue
        clause = text[begin:end]
        if _SUPPOSES.match(clause):
            follows = _CONSEQUENCE.match(clause)
            cut = begin + follows.end() if follows else end
            yield begin, cut, Mood.HYPOTHETICAL
            supposed = True
            if follows:
                yield cut, end, _mood(text[cut:end], supposed=True)
            continue
        if mood is not Mood.QUESTION or not _BELONGS.match(clause):
            mood = _mood(clause, supposed=supposed)
        yield begin, end, mood
        supposed = supposed and "." not in clause


def _mood(clause: str, *, supposed: bool) -> Mood:
    """Return how a clause is meant; `supposed` follows a condition."""
    if _QUOTES.search(clause) and not _OWN_WORDS.search(clause):
        return Mood.QUOTED
    if _is_question(clause):
        return Mood.QUESTION
    if supposed and _STILL_SUPPOSED.search(clause):
        return Mood.HYPOTHETICAL
    others = _OTHERS.search(clause)
    if others and not _OWN_SUBJECT.search(clause, 0, others.start()):
        return Mood.OTHER_PERSON
    return Mood.ASSERTED


def _is_question(clause: str) -> bool:
    if RHETORICAL in clause or TAGGED in clause:
        return False
    if "?" in clause:
        return True
    return bool(_ASKS.match(clause) or _ASKS_ANYWHERE.search(clause))

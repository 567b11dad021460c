"""An answer after the question in English: features of a pair of turns, and what it denies."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from callrisk.domain.language.analysed import Analysed
from callrisk.domain.language.english.text import plain_text
from callrisk.domain.language.signs import NEGATED, OBLIGED
from callrisk.domain.language.statement import Intent

# Beyond this many letters an answer speaks for itself.
LONGEST_ANSWER = 60
_TAIL_WORDS = 12
# Words that only keep a conversation going (possessive, so that a long turn costs its length).
_KEEPS_GOING = re.compile(
    r"(?>(?:yes|no|okay|right|sure|alright|all right|fine|i see|got it|gotcha|understood|i"
    r" understand"
    r"|of course|certainly|absolutely|exactly|great|perfect|good|very good|thank you(?: (?:so"
    r"|very) much)?"
    r"|thanks(?: (?:a lot|so much|very much))?|cheers|please|sorry|excuse me|pardon|hello|hi|hey"
    r"|goodbye"
    r"|bye(?: bye)?|have a (?:good|nice|great) (?:day|one|evening|weekend|night)|you too|well|so"
    r"|and|but"
    r"|no problem|no worries|that is (?:fine|right|correct|okay|great|good|all)|it is (?:fine"
    r"|okay)|yes sir"
    r"|yes ma'am|sir|ma'am|really|wow|i guess|i suppose|let me see|one (?:moment|second)|hold on"
    r"|hang on|go ahead|speaking|correct|true|indeed|never mind|sounds good|i am here|still here"
    r"|mate|love"
    r"|good (?:morning|afternoon|evening)|how are you|not bad|you know|i mean|like|anyway"
    r"|alrighty|cool|nice"
    r"|lovely|brilliant|\.|\?) ?)++"
)
_KINDS = tuple(
    (name, re.compile(rf"(?:^| )(?:{pattern})(?: |$)"))
    for name, pattern in (
        ("yes", "yes|sure|of course|certainly|absolutely|definitely|correct|exactly|right|true|i"
                " do|i am"
         "|i did|i have|i can|i will|we do|we can|that is right|indeed|please do|go ahead|afraid"
         " so"),
        ("no", f"no|not really|not at all|i am {NEGATED}|do {NEGATED}|did {NEGATED}|have"
               f" {NEGATED}|never"
         f"|{NEGATED}|afraid not"),
        ("fine", "fine|okay|no problem|all right|alright|works|that works|doable|manageable"
                 "|easily"),
        ("hesitating", "well|maybe|i guess|not sure|hard to say|it depends|depends|do not know"
                       "|possibly"
         "|let me think|we will see|i suppose|hopefully|sort of|kind of"),
        ("when", r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tomorrow"
                 r"|tonight|week|month"
         r"|payday|morning|evening|afternoon|\d+(?:st|nd|rd|th)|first|fifteenth|end of"),
        ("amount", r"\S*\d\S*|half|dollars|pounds|bucks|quid|hundred|thousand|euros"),
        ("negated", NEGATED), ("obliged", OBLIGED),
        ("bad", "bad|hard|tough|tight|broke|difficult|impossible|struggling|nothing|short"),
        ("asking", r"\?"),
        ("vague", "later|some time|sometime|eventually|soon|think about it|one day|another time"
                  "|busy"),
        ("who", "husband|wife|mom|dad|mother|father|son|daughter|parents|partner|company"
                "|employer|brother"
         "|sister|insurance"),
    )
)  # fmt: skip
_MATTERS = re.compile(
    r"pay|paid|money|afford|bill|balance|owe|due|debt|loan|credit|card|account|income|job|work"
    r"|employ"
    r"|earn|salary|wage|cancel|contract|subscription|service|charge|fee|amount|price|cost"
    r"|installment"
    r"|plan|arrears|behind|missed|default|bankrupt|difficult|trouble|struggl|problem|budget"
    r"|savings|fund"
    r"|rent|mortgage|happen|reason|when|date|friday|week|month|keep|continue|agree|dispute|explain"
    r"|question|clear|understand|help|concern|worr|situation|manage|settle|late|overdue|deposit"
    r"|cover"
    r"|bank|transfer|finance|household|responsible|someone"
)
_ASKS_A_FACT = re.compile(
    r"(?:your (?:full |first |last )?(?:name|address|date of birth|postcode|zip code|phone"
    r" number|email"
    r"|email address|account number|customer number|password|security)|spell|color|colour|how"
    r" are you"
    r"|license plate|model of)"
)
_ASKS = re.compile(
    r"\?|(?:^| )(?:do|does|did|is|are|was|were|will|would|can|could|have|has|what|when|why|how"
    r"|who|which|so|"
    r"right|please|tell me|wondering|may|should|shall)(?: |$)"
)
_ALTERNATIVES = re.compile(r" or (?!not|anything|something|so )\S+")
_BARE_NO = re.compile(
    rf"(?:(?:no|{NEGATED}|sorry|really|at all|not|thank you|thanks|sir|ma'am|i|do|am|have|did|is"
    rf"|it|we|"
    r"afraid|so|\.) ?)+"
)
_HAS_NO = re.compile(rf"(?:^| )(?:no|{NEGATED})(?: |$)")
_BARE_HESITATION = re.compile(
    r"(?:(?:well|maybe|i guess|hard to say|depends|it depends|sort of|kind of|let me think|so"
    r"|like|you know"
    r"|i mean|i suppose|\.) ?)+"
)
_NEGATIVE_QUESTION = re.compile(
    r"(?:^| )(?:do|does|did|is|are|was|were|can|could|will|would|have|has) not "
)
_NOT_BY_NO = frozenset(
    {
        Intent.PROMISE, Intent.PAST_DEFAULT, Intent.OTHER_DEBT, Intent.RESOLVED,
        Intent.OBLIGATION_ACK, Intent.THIRD_PARTY,
    }
)  # fmt: skip
_NOT_BY_HESITATION = _NOT_BY_NO | {Intent.CAPACITY}
_LOSS = re.compile(
    r"lost|lose|laid off|reduc|cut|drop|stopped working|change in|unemploy|fired|hours"
)


def denied(agent_turn: str, answer: str) -> frozenset[Intent]:
    """Return the intents that an answer cannot have after the agent's turn, by its operator."""
    asked = plain_text(agent_turn).text
    if not _MATTERS.search(asked) or _ASKS_A_FACT.search(_last_sentence(asked)):
        return frozenset(Intent)
    keeps_going = only_keeps_going(answer)
    if keeps_going and (not _ASKS.search(asked) or _ALTERNATIVES.search(_last_sentence(asked))):
        return frozenset(Intent)
    if _BARE_HESITATION.fullmatch(answer):
        return _NOT_BY_HESITATION
    if _BARE_NO.fullmatch(answer) and _HAS_NO.search(answer):
        if _NEGATIVE_QUESTION.search(asked):
            return frozenset()
        return _NOT_BY_NO | {Intent.INCOME_LOSS} if _LOSS.search(asked) else _NOT_BY_NO
    return frozenset()


def _last_sentence(asked: str) -> str:
    return asked.rstrip(" .?").rpartition(". ")[2]


def only_keeps_going(text: str) -> bool:
    """Return True for a turn of words that say nothing without the turn before."""
    return bool(_KEEPS_GOING.fullmatch(plain_text(text).text))


def pair_features(agent_turn: str, answer: Analysed, own: Iterable[str]) -> Iterator[str]:
    """Yield the features of an answer after the agent's turn; `own` are those of the answer."""
    asked = plain_text(agent_turn).text
    yield from (f"c:{name}" for name in own)
    words = [word for word in asked.split() if word not in ".?"][-_TAIL_WORDS:]
    yield from (f"a:{word}" for word in words)
    yield from (f"a:{first} {second}" for first, second in pairwise(words))
    text = answer.text
    kinds = [name for name, pattern in _KINDS if pattern.search(text)] or ["other"]
    if len(text) > LONGEST_ANSWER:
        kinds = ["long"]
    polarity = "n" if _NEGATIVE_QUESTION.search(asked) else "p"
    for kind in kinds:
        yield from (f"y:{kind}", f"y:{polarity}{kind}")
        for word in words:
            yield f"x:{word}*{polarity}{kind}"

"""Statements of the predicates of the table in an analysed turn, by the operators around them."""

import re
from collections.abc import Iterable, Mapping

from callrisk.domain.language import signs
from callrisk.domain.language.analysed import Analysed, Clause, Found
from callrisk.domain.language.japanese.inflection import is_existence, stems
from callrisk.domain.language.japanese.text import whole_phrases
from callrisk.domain.language.predicates import Predicate
from callrisk.domain.language.statement import Intent, Mood, Statement

# Between a predicate and the operator that belongs to it stand endings and particles only.
_OPERATOR = re.compile(rf"[ぁ-んー]{{0,6}}?([{signs.SIGNS}])")
_PAST = re.compile(r"(?:まし|[っしいきんて]|かっ|でし)?[ただ](?!い|く|ら|り|ん[^でじ]|め|ま)")
# Where a verb commits the speaker: 払います, 払うよ, 解約するつもりです; not 払う人, 払いました.
_COMMITS = re.compile(
    r"(?:(?<=[いきしちみりぎびえけせてねへめれげべ])ます|(?<=する)|(?<=[うくすつむるぐぶ])|る)(?:(?:よ|ね|わ|な|けど|けれど|から|ので|んで|し|つもり|予定|ん|の|って)|$)"
)
_IS_THERE = re.compile(
    r"[ぁ-ん]{0,4}(?:十分|まだ|多少|少し|結構|かなり)?[ぁ-ん]{0,2}?(?:あり|ある|あっ|ござい)"
)
_IS_SO = re.compile(r"[ぁ-ん]{0,3}?(?:だ|です|でし|な|で|や|じゃ|っす|も|が|と|$)")
# A noun right behind makes the predicate an attribute of it: 払える額.
_ATTRIBUTE = re.compile(
    r"(?:い|る|ない)?(?!状況|状態|限り|次第|一方|様子|気|訳|以上|程度)[一-龠ァ-ヶ]"
)
_EXISTS = re.compile("(?:あり|ある|あっ|あら|ござい)$")
_WHETHER = re.compile("[ぁ-ん]{0,4}か(?:どうか|は)")
_COMMISSIVE = frozenset({Intent.PROMISE, Intent.CANCELLATION})
_TURNED = frozenset({Intent.CAPACITY, Intent.HARDSHIP})
_DOUBT_COUNTS = frozenset({Intent.HARDSHIP, Intent.EVASION})


class Grammar:
    """The predicates by the letters they begin with."""

    def __init__(
        self, predicates: Iterable[Predicate], topics: Mapping[str, tuple[str, ...]]
    ) -> None:
        """Index the stems; longer ones come first."""
        self._by_stem: dict[str, list[Predicate]] = {}
        for predicate in predicates:
            for stem in stems(predicate):
                self._by_stem.setdefault(stem, []).append(predicate)
        lengths: dict[str, set[int]] = {}
        for stem in self._by_stem:
            lengths.setdefault(stem[0], set()).add(len(stem))
        self._lengths = {letter: sorted(all_, reverse=True) for letter, all_ in lengths.items()}
        self._topics = {
            name: re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))
            for name, words in topics.items()
        }

    def found(self, turn: Analysed) -> list[Found]:
        """Return what the predicates in a turn say, in order of place."""
        text, clauses, out = turn.text, turn.clauses, list[Found]()
        number, at, end = 0, 0, len(text)
        while at < end:
            lengths = self._lengths.get(text[at])
            step = 1
            if lengths:
                while at >= clauses[number].end and number < len(clauses) - 1:
                    number += 1
                for length in lengths:
                    predicates = self._by_stem.get(text[at : at + length])
                    if predicates and at + length <= clauses[number].end:
                        named, hit = self._said(turn, predicates, at, at + length, number)
                        if hit:
                            out.append(hit)
                        if named:
                            step = length
                            break
            at += step
        return out

    def _said(
        self, turn: Analysed, predicates: list[Predicate], begin: int, end: int, number: int
    ) -> tuple[bool, Found | None]:
        """Return whether the topic of one of these predicates is named, and what it says."""
        clause = turn.clauses[number]
        for predicate in predicates:
            if self._topic_named(predicate.topic, turn.text, begin, end):
                intent, reach, counts = _meant(predicate, turn.text, begin, end, clause)
                if intent is None:
                    return True, None
                mood = clause.mood
                if mood is Mood.ASSERTED and _is_over(predicate, turn.text, end, clause.end):
                    mood = Mood.PAST
                counts = counts and mood is Mood.ASSERTED
                strength = predicate.strength if counts else 0.0
                _, reach = whole_phrases(turn.text[: clause.end], begin, max(reach, end))
                statement = Statement(intent, begin, reach, mood, strength)
                # An operator around the whole clause leaves no doubt about what is meant.
                decides = predicate.strength == 1 or (counts and clause.outer != "")
                return True, Found(statement, number, predicate.intents, decides)
        return False, None

    def _topic_named(self, topic: str, text: str, begin: int, end: int) -> bool:
        """Return True if the topic is named before the predicate, or right behind it."""
        if not topic:
            return True
        words = self._topics[topic]
        return bool(words.search(text, 0, begin) or words.search(text, end, end + 12))


def _meant(
    predicate: Predicate, text: str, begin: int, end: int, clause: Clause
) -> tuple[Intent | None, int, bool]:
    """Return the intent, where its words end, and whether it is asserted, from the signs."""
    match = _OPERATOR.match(text, end, clause.end)
    sign, reach = (match[1], match.end()) if match else ("", end)
    if sign == signs.OBLIGED and text.startswith(signs.NEGATED, reach, clause.end):
        # 払う義務はない denies that it must be paid, and so that it will be.
        sign, reach = signs.NEGATED, reach + 1
    bare = is_existence(predicate) and not _EXISTS.search(text, begin, end)
    if sign:
        stands = not _ATTRIBUTE.match(text, reach, clause.end)
    else:
        stands = not bare and _stands(predicate, text, end, clause.end)
    if not stands:
        return None, reach, False
    intent, counts = _by_sign(predicate, sign)
    if intent is None:
        intent, counts = predicate.affirmed or predicate.negated, False
    elif clause.outer == "-":
        other = predicate.negated if sign != signs.NEGATED else predicate.affirmed
        intent, counts = (other, counts) if other in _TURNED else (intent, False)
    return intent, reach, counts and clause.outer != "0"


def _is_over(predicate: Predicate, text: str, end: int, clause_end: int) -> bool:
    """Return True for the past of a predicate whose past says nothing: もう払いました."""
    return not predicate.past_counts and bool(_PAST.match(text, end, clause_end))


def _stands(predicate: Predicate, text: str, end: int, clause_end: int) -> bool:
    """Return True if an affirmed predicate is said of somebody, by the letters behind it."""
    if _WHETHER.match(text, end, clause_end):
        return False
    if predicate.affirmed in _COMMISSIVE and predicate.inflection in {"五段", "一段", "サ変"}:
        return bool(_COMMITS.match(text, end, clause_end + 1)) or (
            not predicate.past_counts and bool(_PAST.match(text, end, clause_end))
        )
    if predicate.inflection == "名詞":
        shape = _IS_THERE if predicate.affirmed is Intent.CAPACITY else _IS_SO
        return bool(shape.match(text, end, clause_end))
    return not _ATTRIBUTE.match(text, end, clause_end)


def _by_sign(predicate: Predicate, sign: str) -> tuple[Intent | None, bool]:
    """Return the intent that an operator makes of a predicate, and whether it is asserted."""
    if sign in {signs.NEGATED, signs.RHETORICAL, signs.UNWILLING}:
        return predicate.negated, True
    if sign == signs.REQUESTED:
        return predicate.requested, True
    if sign == signs.OBLIGED:
        return predicate.obliged, True
    if sign == signs.DOUBTED:
        return predicate.affirmed, predicate.affirmed in _DOUBT_COUNTS
    return predicate.affirmed, True

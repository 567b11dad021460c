"""The inflections of Japanese predicates, and the form of their table."""

from callrisk.domain.language.japanese.operators import analysed
from callrisk.domain.language.japanese.text import plain_text
from callrisk.domain.language.predicates import Predicate, TableForm

# The five stems of a godan verb and its sound change before て and た, by the last letter.
_GODAN = {
    "う": ("わ", "い", "う", "お", "っ"), "く": ("か", "き", "く", "こ", "い"),
    "ぐ": ("が", "ぎ", "ぐ", "ご", "い"), "す": ("さ", "し", "す", "そ"),
    "つ": ("た", "ち", "つ", "と", "っ"), "ぬ": ("な", "に", "ぬ", "の", "ん"),
    "ぶ": ("ば", "び", "ぶ", "ぼ", "ん"), "む": ("ま", "み", "む", "も", "ん"),
    "る": ("ら", "り", "る", "ろ", "っ"),
}  # fmt: skip
# ある, ない and ござる are negated by a word of their own, which the operators take whole.
_EXISTENCE = ("ある", "ござる")
_EXISTENCE_STEMS = {"ある": ("あり", "ある", "あっ", "あら", ""), "ござる": ("ござい", "")}
# 支払いができる is said 支払いはできる and 支払いできる as well.
_POTENTIAL = "ができる"
_MARKS = ("が", "は", "も", "")


def _fits(word: str, inflection: str) -> bool:
    """Return True if a word is the dictionary form of an inflection."""
    return {
        "五段": word[-1] in _GODAN, "一段": word[-1] == "る", "サ変": word.endswith("する"),
        "形容詞": word[-1] == "い", "形容動詞": word[-1] == "だ",
    }.get(inflection, True)  # fmt: skip


FORM = TableForm(
    columns=("語", "活用", "話題", "肯定", "否定", "依頼", "義務", "過去", "強さ", "例文", "反例"),
    kinds=("五段", "一段", "サ変", "形容詞", "形容動詞", "名詞", "固定"),
    fixed="固定",
    fits=_fits,
)


def is_existence(predicate: Predicate) -> bool:
    """Return True for 余裕がある and the like, whose noun alone says nothing."""
    return predicate.inflection == "五段" and predicate.word.endswith(_EXISTENCE)


def stems(predicate: Predicate) -> tuple[str, ...]:
    """Return the beginnings that all its inflected forms share, by its inflection."""
    word = plain_text(predicate.word).text
    if predicate.inflection == "五段":
        for existence in _EXISTENCE:
            if word.endswith(existence):
                noun = word.removesuffix(existence).removesuffix("が")
                stems = _EXISTENCE_STEMS[existence]
                return tuple(noun + mark + stem for mark in _MARKS for stem in stems)
        return tuple(word[:-1] + stem for stem in _GODAN[word[-1]])
    if predicate.inflection == "一段" and word.endswith(_POTENTIAL):
        noun = word.removesuffix(_POTENTIAL)
        return tuple(noun + mark + "でき" for mark in _MARKS)
    if predicate.inflection == "サ変":
        return tuple(word.removesuffix("する") + stem for stem in ("する", "し", "せ", "さ"))
    return (_only_stem(word, predicate.inflection),)


def _only_stem(word: str, inflection: str) -> str:
    """Return the beginning of all forms of a word that has one alone."""
    if inflection in {"一段", "形容詞"}:
        return word[:-1]
    if inflection == "固定":
        # As they stand in an analysed turn: words that never change may hold an operator.
        return analysed(plain_text(word)).text
    return word.removesuffix("だ") if inflection == "形容動詞" else word

"""The signs that stand for operators in an analysed turn, the same in every language.

They are letters of the private use area, so they stand in no turn. Examples are Japanese and
English.
"""

NEGATED = "\ue001"  # 払えない, cannot pay
AFFIRMED = "\ue002"  # 払わないと言ったら嘘, two negations within one predicate
OBLIGED = "\ue003"  # 払わないといけない, have to pay
DOUBTED = "\ue004"  # かもしれない, might
REQUESTED = "\ue005"  # 待ってもらえますか, could you wait
TAGGED = "\ue006"  # 高いんじゃないですか, isn't it
UNWILLING = "\ue007"  # 払うつもりはない, have no intention to
ONLY = "\ue008"  # 払うしかない
RHETORICAL = "\ue009"  # 払えるわけがない, no way
# Where a negation of the whole sentence stood.
OUTER = "\ue100"
SIGNS = "".join(
    (NEGATED, AFFIRMED, OBLIGED, DOUBTED, REQUESTED, TAGGED, UNWILLING, ONLY, RHETORICAL)
)
LETTERS = {
    NEGATED: "¬", AFFIRMED: "⊕", OBLIGED: "必", DOUBTED: "恐", REQUESTED: "願", TAGGED: "付",
    UNWILLING: "意", ONLY: "唯", RHETORICAL: "反", OUTER: "外",
}  # fmt: skip

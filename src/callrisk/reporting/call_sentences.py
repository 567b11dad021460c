"""Sentences about what a call tells: after which moment nothing more, and what is said adds."""

from math import isfinite

from callrisk.charts.progress import share_name
from callrisk.domain.evaluation import USEFUL_AUC, Evaluation, ShareSkill, settled_share
from callrisk.domain.wording import Text, not_heard_line
from callrisk.reporting.facts import interval_text


def call_sentences(evaluation: Evaluation) -> tuple[Text, ...]:
    """Return what is said adds to what was known, and whether it moves the score at all."""
    said, unheard = said_adds_sentence(evaluation), not_heard_sentence(evaluation)
    return tuple(sentence for sentence in (said, unheard) if sentence is not None)


def said_adds_sentence(evaluation: Evaluation) -> Text | None:
    """Return what this call's statements add to what was known; None if it was not measured."""
    adds = evaluation.said_adds
    if adds is None or not isfinite(adds.value):
        return None
    figure = interval_text(adds, "+.3f")
    if adds.low > 0:
        return Text(
            "この通話での発言は、通話前に分かっていたことに、確率の良さ（Brier スキル）を "
            f"{figure} 加えます。",
            f"What is said in a call adds {figure} of Brier skill to what was known before it.",
        )
    return Text(
        "この通話での発言が、通話前に分かっていたことに、確率の良さ（Brier スキル）を加えるとは、"
        f"まだ示せません（差 {figure}）。",
        "That what is said in a call adds Brier skill to what was known before it cannot be "
        f"shown (difference {figure}).",
    )


def not_heard_sentence(evaluation: Evaluation) -> Text | None:
    """Return the sentence of a model that gives no weight to what is said; None for others."""
    if evaluation.hears is not False:
        return None
    line = not_heard_line()
    return Text(f"{line.reason}。", f"{line.reason_en}.")


def settled_sentence(evaluation: Evaluation) -> Text | None:
    """Return after which moment of a call nothing more is to be expected, and by which rule."""
    measured = [
        skill
        for skill in evaluation.by_share
        if skill.to_end is not None and isfinite(skill.to_end.value)
    ]
    if not measured:
        return None
    settled = settled_share(evaluation.by_share)
    return _open_to_the_end(measured[-1]) if settled is None else _settled(settled)


def _settled(skill: ShareSkill) -> Text:
    rule = Text(
        f"終わりまでに増える AUC は {_to_end(skill)} で、{USEFUL_AUC} に届かず、"
        "区間も 0 より上にないためです",
        f"the AUC that the rest adds is {_to_end(skill)}: less than {USEFUL_AUC}, and its interval "
        "is not above 0",
    )
    if skill.share == 0:
        return Text(
            f"通話を聞いても、見分ける力が通話前より増えるとは見込めません。{rule.ja}。",
            "Beyond what is known before the call, nothing more is to be expected of it: "
            f"{rule.en}.",
        )
    name = share_name(skill.share)
    return Text(
        f"通話の {name.ja} を聞いたあとに、見分ける力がさらに増えるとは見込めません。{rule.ja}。",
        f"After {name.en} of a call nothing more is to be expected: {rule.en}.",
    )


def _open_to_the_end(skill: ShareSkill) -> Text:
    return Text(
        f"見分ける力は、通話の終わりまで増える見込みがあります。{share_name(skill.share).ja} の"
        f"時点でも、終わりまでに増える AUC は {_to_end(skill)} です（{USEFUL_AUC} に届かず、"
        "区間も 0 より上にない時点はありません）。",
        "More is to be expected up to the end of a call: even the rest after "
        f"{share_name(skill.share).en} adds {_to_end(skill)} AUC (at no moment is that less than "
        f"{USEFUL_AUC} with an interval not above 0).",
    )


def _to_end(skill: ShareSkill) -> str:
    return "–" if skill.to_end is None else interval_text(skill.to_end, "+.3f")

"""Figures about what a model knows: skill with its interval, against what anyone could guess."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import altair as alt

from callrisk.charts.look import Chart, Look, dressed, values
from callrisk.domain.evaluation import Interval
from callrisk.domain.features import Group
from callrisk.domain.wording import Text

BASELINES = {
    "base_rate": Text("全員に同じ答え", "Same answer for all"),
    "contract_month": Text("契約月だけ", "Contract month only"),
    "call_length": Text("通話の長さだけ", "Call length only"),
}
BLOCKS = {
    Group.CONVERSATION: Text("会話", "Conversation"),
    Group.HISTORY: Text("履歴", "History"),
    Group.CUSTOMER: Text("顧客情報", "Customer record"),
}
_MODEL = Text("このモデル", "This model")
_COIN = 0.5


def progress_name(cut: str) -> Text:
    """How far a call had come: before the first word, after so many turns, at its end."""
    if cut == "0":
        return Text("通話前", "Before")
    if cut == "end":
        return Text("終了時", "End")
    return Text(f"{cut} 発話", f"{cut} turns")


@dataclass(frozen=True, slots=True)
class _Measure:
    title: str
    reference: float
    format: str


def auc(found: Interval, baselines: Mapping[str, float], look: Look) -> Chart:
    """The model's AUC with its interval, and what simple guesses reach."""
    title = look.say("AUC（0.5 = 当て推量、1.0 = 完全）", "AUC (0.5 = guessing, 1.0 = perfect)")
    rows = [_model_row(found, look)]
    for name, value in baselines.items():
        text = BASELINES.get(name, Text(name, name))
        rows.append(_guess_row(look.word(text), value, look.palette.muted))
    return _dots(rows, _Measure(title, _COIN, ".2f"), look)


def brier(found: Interval, blocks: Mapping[str, float], look: Look) -> Chart:
    """The model's Brier skill with its interval, and what each block of facts reaches alone."""
    title = look.say("基準率に対する Brier スキル（0 = 差なし）", "Brier skill (0 = base rate)")
    rows = [_model_row(found, look)]
    for key, value in blocks.items():
        block = Group(key)
        name = look.word(BLOCKS[block]) + look.say("だけ", " only")
        rows.append(_guess_row(name, value, look.palette.blocks[block]))
    return _dots(rows, _Measure(title, 0.0, "+.2f"), look)


def _model_row(found: Interval, look: Look) -> dict[str, object]:
    known = isfinite(found.low) and isfinite(found.high)
    return {
        "name": look.word(_MODEL),
        "value": found.value,
        "low": found.low if known else found.value,
        "high": found.high if known else found.value,
        "colour": look.palette.accent,
    }


def _guess_row(name: str, value: float, colour: str) -> dict[str, object]:
    return {"name": name, "value": value, "low": value, "high": value, "colour": colour}


def _dots(rows: Sequence[dict[str, object]], measure: _Measure, look: Look) -> Chart:
    base = alt.Chart(values(list(rows))).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False)),
        color=alt.Color("colour:N", scale=None),
    )
    scale = alt.Scale(zero=False, padding=30)
    whiskers = base.mark_rule(strokeWidth=3, opacity=0.45).encode(
        x=alt.X("low:Q", scale=scale), x2="high:Q"
    )
    dots = base.mark_circle(size=150, opacity=1).encode(
        x=alt.X("value:Q", title=measure.title, axis=alt.Axis(format=measure.format)),
        tooltip=["name:N", alt.Tooltip("value:Q", format=".3f")],
    )
    numbers = base.mark_text(align="left", dx=12).encode(
        x="high:Q", text=alt.Text("value:Q", format=measure.format)
    )
    reference = (
        alt.Chart(values([{"at": measure.reference}]))
        .mark_rule(strokeDash=[4, 4], color=look.palette.muted)
        .encode(x="at:Q")
    )
    return dressed([reference, whiskers, dots, numbers], look, 48 * len(rows))


def by_progress(skills: Mapping[str, float], look: Look) -> Chart:
    """AUC by how much of the latest call had been heard."""
    rows = [
        {"cut": look.word(progress_name(cut)), "auc": value, "text": f"{value:.2f}"}
        for cut, value in skills.items()
    ]
    base = alt.Chart(values(rows)).encode(
        x=alt.X("cut:O", sort=None, title=look.say("通話の進み", "How far the call has come"),
                axis=alt.Axis(labelAngle=0)),
        y=alt.Y("auc:Q", title="AUC", scale=alt.Scale(zero=False, padding=20)),
    )  # fmt: skip
    line = base.mark_line(color=look.palette.accent, strokeWidth=2.5)
    dots = base.mark_circle(size=90, opacity=1, color=look.palette.accent)
    numbers = base.mark_text(dy=-14).encode(text="text:N")
    coin = (
        alt.Chart(values([{"at": _COIN}]))
        .mark_rule(strokeDash=[4, 4], color=look.palette.muted)
        .encode(y="at:Q")
    )
    return dressed([coin, line, dots, numbers], look, 220)

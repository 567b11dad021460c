"""The lines on the tablet that add up to the score: known before the call, and said in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

import streamlit as st

from callrisk.dashboards.score_words import signed
from callrisk.dashboards.texts import say, told, word
from callrisk.domain.wording import CAP, OTHER, START
from callrisk.wire.assessment import AssessmentAnswer, ContributionLine


@dataclass(frozen=True, slots=True)
class ReasonPart:
    """One part of the reasons: its subtotal, its lines, and sentences that explain it.

    A line is its name, its value and its points; the lines add up to `points`.
    """

    name: str
    points: int
    lines: tuple[tuple[str, str, int], ...]
    sentences: tuple[str, ...]


def parts_of(assessment: AssessmentAnswer) -> list[ReasonPart]:
    """Return the two parts; `start_points`, both subtotals and `cap_points` are the score."""
    subtotals = {"known": assessment.before_points, "said": assessment.said_points}
    return [
        _part(name, points, [one for one in assessment.contributions if one.part == name])
        for name, points in subtotals.items()
    ]


def _part(name: str, points: int, contributions: list[ContributionLine]) -> ReasonPart:
    lines = [
        (told(one, "label"), told(one, "value_text"), one.points)
        for one in contributions
        if one.points
    ]
    rest = points - sum(line[2] for line in lines)
    if rest:
        lines.append((word(OTHER), "", rest))
    # A line without points has none to add; it says what is missing.
    sentences = tuple(told(one, "reason") for one in contributions if not one.points)
    return ReasonPart(name, points, tuple(lines), sentences)


def show_reasons(assessment: AssessmentAnswer | None) -> None:
    """Draw the two parts with their subtotals, and the score that they lead to."""
    prior = "_prior" if assessment is not None and assessment.state == "listening" else ""
    st.subheader(say(f"tablet.reasons{prior}"), anchor=False)
    if assessment is None:
        st.caption(say("tablet.reasons_empty"))
        return
    rows = [_row(word(START), "", str(assessment.start_points))]
    for part in parts_of(assessment):
        rows += _rows_of(part)
    if assessment.cap_points:
        rows.append(_row(word(CAP), "", signed(assessment.cap_points), "cap"))
    rows.append(
        f'<tr class="total"><th scope="row">{escape(say(f"tablet.total{prior}"))}</th>'
        f'<td class="points">{assessment.risk_score}</td></tr>'
    )
    with st.container(key="lines"):
        st.html(f"<table><tbody>{''.join(rows)}</tbody></table>")


def _rows_of(part: ReasonPart) -> Iterator[str]:
    title = escape(say(f"part.{part.name}"))
    yield (
        f'<tr class="part"><th scope="row">{title}</th>'
        f'<th class="subtotal">{signed(part.points)}</th></tr>'
    )
    for sentence in part.sentences:
        yield f'<tr class="sentence"><td colspan="2">{escape(sentence)}</td></tr>'
    for label, value, points in part.lines:
        yield _row(label, value, signed(points))


def _row(label: str, value: str, points: str, kind: str = "line") -> str:
    beside = f" <small>{escape(value)}</small>" if value else ""
    cells = f'<td>{escape(label)}{beside}</td><td class="points">{points}</td>'
    return f'<tr class="{kind}">{cells}</tr>'

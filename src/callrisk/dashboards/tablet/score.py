"""The score on the tablet: its value, its last change and the lines that add up to it."""

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.texts import plain, say, told, word
from callrisk.domain.wording import CAP, OTHER, START
from callrisk.wire.assessment import AssessmentAnswer
from callrisk.wire.call import CallDetail


def show_score(call: CallDetail) -> None:
    """Draw the score with its category, its history and its last change."""
    assessment = call.assessment
    if assessment is None:
        st.info(say("tablet.waiting"), icon=":material/hourglass_empty:")
        return
    listening = assessment.state == "listening"
    kind = "listening" if listening else assessment.risk_category
    with st.container(border=True, key=f"score_{kind}", height="stretch"):
        st.metric(
            say("state.listening") if listening else told(assessment, "risk_label"),
            assessment.risk_score,
            delta=None if listening else _moved(assessment),
            delta_color="inverse",
            delta_description=say("tablet.since_last") if _moved(assessment) else None,
            chart_data=None if listening else _course(call),
        )
        for line in _below(assessment, listening):
            st.caption(line)


def is_unproven(assessment: AssessmentAnswer | None) -> bool:
    """Return True if the score comes from a model without demonstrated skill."""
    return assessment is not None and assessment.skill == "unproven"


def _below(assessment: AssessmentAnswer, listening: bool) -> list[str]:
    """Return the lines that must accompany the score."""
    because = None if listening else _because(assessment)
    lines = [say("tablet.listening") if listening else _chance(assessment)]
    if because:
        lines.append(because)
    if is_unproven(assessment):
        lines.append(f":material/help: {say('unproven')}")
    if assessment.quality.outside_population:
        lines.append(f":material/warning: {say('tablet.outside')}")
    return [*lines, say("live.as_of", time=frame.clock(assessment.timestamp))]


def _moved(assessment: AssessmentAnswer) -> int | None:
    return assessment.change.points or None


def _course(call: CallDetail) -> list[int] | None:
    scores = [one.risk_score for one in call.assessments if one.state != "listening"]
    return scores if len(set(scores)) > 1 else None


def _chance(assessment: AssessmentAnswer) -> str:
    low, high = assessment.interval
    probability = f"{assessment.probability:.0%}"
    usual = f"{assessment.base_rate:.0%}"
    return say("tablet.chance", probability=probability, usual=usual, low=low, high=high)


def _because(assessment: AssessmentAnswer) -> str | None:
    change = assessment.change
    if not change.because:
        return None
    parts = [f"{plain(told(line, 'label'))} {line.points:+d}" for line in change.because]
    return say("tablet.because", parts=say("separator").join(parts))


def reason_lines(assessment: AssessmentAnswer) -> list[tuple[str, int]]:
    """Return label and points of every line; together they are the score."""
    lines = [(word(START), assessment.start_points)]
    lines += [
        (f"{told(one, 'label')} · {told(one, 'value_text')}", one.points)
        for one in assessment.contributions
    ]
    lines.append((word(OTHER), assessment.other_points))
    lines.append((word(CAP), assessment.cap_points))
    return [(label, points) for number, (label, points) in enumerate(lines) if points or not number]


def show_reasons(assessment: AssessmentAnswer | None) -> None:
    """Draw the lines that add up to the score."""
    st.subheader(say("tablet.reasons"), anchor=False)
    if assessment is None:
        st.caption(say("tablet.reasons_empty"))
        return
    rows = [
        {"line": plain(label), "points": f"{points:+d}" if number else f"{points}"}
        for number, (label, points) in enumerate(reason_lines(assessment))
    ]
    rows.append({"line": f"**{say('tablet.total')}**", "points": f"**{assessment.risk_score}**"})
    with st.container(key="lines"):
        st.table(rows, border="horizontal", hide_index=True, hide_header=True)

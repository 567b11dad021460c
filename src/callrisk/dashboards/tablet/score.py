"""The score on the tablet: its value, its scale in words, and its last change."""

import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.score_words import change_text, interval_text, signed
from callrisk.dashboards.texts import plain, say, told, word
from callrisk.domain.wording import high_means
from callrisk.wire.assessment import AssessmentAnswer, NoModelAnswer
from callrisk.wire.call import CallDetail


def show_score(call: CallDetail, unscored: NoModelAnswer | None) -> None:
    """Draw the score with its category, its history and its last change.

    `unscored` is the answer of a server without a model.
    """
    assessment = call.assessment
    if assessment is None:
        _no_score(unscored)
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


def _no_score(unscored: NoModelAnswer | None) -> None:
    if unscored is None:
        st.info(say("tablet.waiting"), icon=":material/hourglass_empty:")
        return
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{plain(told(unscored, 'message'))}**")
        st.caption(say("tablet.no_model"))
        st.code(unscored.command, language=None)


def is_unproven(assessment: AssessmentAnswer | None) -> bool:
    """Return True if the score comes from a model without demonstrated skill."""
    return assessment is not None and assessment.skill == "unproven"


def _below(assessment: AssessmentAnswer, listening: bool) -> list[str]:
    """Return the lines that must accompany the score."""
    if listening:
        lines = [say("tablet.listening")]
    else:
        scale = plain(word(high_means(assessment.high_times)))
        lines = [*_because(assessment), _chance(assessment), scale]
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
    return say(
        "tablet.chance",
        probability=f"{assessment.probability:.0%}",
        usual=f"{assessment.base_rate:.0%}",
        interval=interval_text(assessment.interval),
    )


def _because(assessment: AssessmentAnswer) -> list[str]:
    lines = assessment.change.because
    parts = [f"{plain(change_text(line))} {signed(line.points)}" for line in lines]
    return [say("tablet.because", parts=say("separator").join(parts))] if parts else []

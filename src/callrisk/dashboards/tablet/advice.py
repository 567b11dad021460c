"""Recommendations on the tablet: their reason, their cause in the call, their script, feedback."""

import streamlit as st

from callrisk.dashboards.score_words import quoted
from callrisk.dashboards.tablet.marks import counts
from callrisk.dashboards.tablet.pointing import began, turn_button
from callrisk.dashboards.tablet.trouble import show_trouble
from callrisk.dashboards.texts import plain, say, told
from callrisk.wire.assessment import NoModelAnswer, RecommendedAction
from callrisk.wire.call import CallDetail
from callrisk.wire.client import LiveApi, LiveApiError
from callrisk.wire.segment import SegmentAnswer

# What an agent may make of an advice, with the icon of its button.
VERDICTS = {"done": ":material/check:", "dismissed": ":material/close:"}
_REASONS = ("unfitting", "known", "later")
_LONGEST_REASON = 200
# Of a turn with no statement, or with several, so many characters are quoted.
_QUOTED = 40


def show_advice(
    api: LiveApi, call: CallDetail, agent_id: str, unscored: NoModelAnswer | None
) -> None:
    """Draw the most important recommendation in full, the others folded under their first line."""
    advised = _advised(call, unscored)
    _forget_old_feedback(call, advised)
    with st.container(border=True, height="stretch", key="advice"):
        st.markdown(f"**{say('advice.title')}**")
        if not advised:
            st.caption(say(f"advice.{'none' if call.assessment or unscored else 'empty'}"))
            return
        first, *others = advised
        st.subheader(plain(told(first, "text")), anchor=False)
        _details(api, call, agent_id, first)
        for one in others:
            with st.expander(plain(told(one, "text")), key=f"advice_more_{one.action}"):
                _details(api, call, agent_id, one)


def _advised(call: CallDetail, unscored: NoModelAnswer | None) -> list[RecommendedAction]:
    answer = call.assessment or unscored
    return sorted(answer.recommendations if answer else [], key=lambda one: one.priority)


def _details(api: LiveApi, call: CallDetail, agent_id: str, advice: RecommendedAction) -> None:
    if told(advice, "why"):
        st.caption(f":material/lightbulb: {plain(told(advice, 'why'))}")
    _cause(call, advice)
    st.info(plain(told(advice, "script")), icon=":material/format_quote:")
    _feedback(api, (call.call_id, agent_id, advice.action))


def _feedback(api: LiveApi, about: tuple[str, str, str]) -> None:
    """Draw the answers that an agent can give to an advice, or the one that was given."""
    kept = _kept(about[0], about[2])
    place = st.empty()
    if kept not in st.session_state:
        with place.container():
            given = _asked(about[2])
        if given is None or not _send(api, about, given):
            return
    place.caption(f":material/check: {say(f'advice.{st.session_state[kept][0]}_noted')}")


def _asked(action: str) -> tuple[str, str] | None:
    """Draw the buttons; return the verdict that was touched with its reason, or None."""
    given = None
    with st.container(horizontal=True):
        for verdict, icon in VERDICTS.items():
            if st.button(say(f"advice.{verdict}"), icon=icon, key=f"{verdict}_{action}"):
                given = (verdict, "")
        with st.popover(say("advice.with_reason"), key=f"why_{action}"):
            return _reasoned(action) or given


def _cause(call: CallDetail, advice: RecommendedAction) -> None:
    """Draw the words that caused an advice; touched, they lead to their turn."""
    turn = next((one for one in call.segments if one.segment_id == advice.because), None)
    if turn is None:
        return
    words = f":material/arrow_outward: {began(turn)}{plain(quoted(cause_in(turn)))}"
    turn_button(words, f"cause_{advice.action}", call.call_id, turn.segment_id)


def cause_in(turn: SegmentAnswer) -> str:
    """Return the phrase of the one statement that counts in a turn, else the begin of its text."""
    counted = [statement for statement in turn.statements if counts(statement)]
    if len(counted) == 1:
        return counted[0].phrase
    return turn.text if len(turn.text) <= _QUOTED else f"{turn.text[:_QUOTED]}…"


def _reasoned(action: str) -> tuple[str, str] | None:
    """Draw the form of a verdict with a reason; return both once it is sent."""
    # A form: what is being written must outlive the refreshes of the page around it.
    with (
        st.container(key=f"why_inside_{action}"),
        st.form(f"why_form_{action}", border=False, enter_to_submit=False),
    ):
        chosen = st.pills(
            say("advice.reason"), _REASONS, format_func=lambda one: say(f"advice.reason_{one}"),
            key=f"why_chosen_{action}",
        )  # fmt: skip
        written = st.text_input(
            say("advice.reason_own"), max_chars=_LONGEST_REASON, key=f"why_own_{action}"
        )
        sent = [
            verdict
            for verdict, icon in VERDICTS.items()
            if st.form_submit_button(
                say(f"advice.{verdict}"), icon=icon, width="stretch", key=f"why_{verdict}_{action}"
            )
        ]
    if not sent:
        return None
    words = [say(f"advice.reason_{chosen}") if chosen else "", (written or "").strip()]
    return sent[0], say("separator").join(filter(None, words))


def _send(api: LiveApi, about: tuple[str, str, str], given: tuple[str, str]) -> bool:
    """Send a verdict with its reason and keep it; return False, with the trouble, if it failed."""
    call_id, _, action = about
    verdict, reason = given
    try:
        noted = api.feedback(*about, verdict, reason)
    except LiveApiError as error:
        show_trouble(api, error)
        return False
    st.session_state[_kept(call_id, action)] = (verdict, noted.seq)
    return True


def _forget_old_feedback(call: CallDetail, advised: list[RecommendedAction]) -> None:
    """Forget feedback that the server has answered, so that advice which comes back asks again.

    The server leaves out what was done or dismissed. What is advised by an assessment that is newer
    than the feedback has come back.
    """
    actions = {one.action for one in advised}
    beginning = _kept(call.call_id, "")
    for key in [key for key in st.session_state if str(key).startswith(beginning)]:
        seq = st.session_state[key][1]
        answered = call.assessment is not None and call.assessment.seq > seq
        if answered or str(key).removeprefix(beginning) not in actions:
            del st.session_state[key]


def _kept(call_id: str, action: str) -> str:
    return f"feedback_{call_id}/{action}"

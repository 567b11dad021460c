"""The form by which a person decides whether a customer is called, with a reason."""

import streamlit as st

from callrisk.dashboards.calling.picking import CallList
from callrisk.dashboards.texts import plain, say
from callrisk.domain.operation.contact_rules import DecisionKind
from callrisk.wire.client import LiveApi, LiveApiError


def decision_form(api: LiveApi, found: CallList) -> None:
    """Draw the form in a closed expander; what was decided is drawn at once."""
    with st.expander(say("decide.title"), icon=":material/gavel:"):
        st.caption(say("decide.about"))
        with st.form("decide", clear_on_submit=True, border=False):
            customers = [one.contact.customer_id for one in (*found.barred, *found.listed)]
            customer_id = st.selectbox(
                say("call_list.customer"), customers, index=None, accept_new_options=True,
                placeholder=say("decide.choose"),
            )  # fmt: skip
            kind = st.selectbox(
                say("decide.kind"), list(DecisionKind), index=None,
                format_func=lambda kind: say(f"decide.{kind}"),
                placeholder=say("decide.choose"),
            )  # fmt: skip
            reason = st.text_area(say("decide.reason"), max_chars=400)
            if st.form_submit_button(say("decide.save"), icon=":material/check:"):
                _save(api, customer_id, kind, reason)


def _save(api: LiveApi, customer_id: str | None, kind: DecisionKind | None, reason: str) -> None:
    if not customer_id or kind is None or not reason.strip():
        st.error(say("decide.incomplete"), icon=":material/error:")
        return
    try:
        api.decide_contact(customer_id, str(kind), reason.strip())
    except LiveApiError as error:
        st.error(say("live.refused", what=plain(error)), icon=":material/error:")
        return
    st.rerun()

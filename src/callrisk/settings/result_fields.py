"""The fields that are written of a call into a CRM, and what the CRM calls them."""

from collections.abc import Mapping

RESULT_FIELDS = ("event_key", "call_id", "customer_id", "agent_id", "risk_score", "risk_category",
                 "risk_label", "top_reasons", "model_version", "skill", "scored_at")  # fmt: skip


# What is written of the work on a call; Kintone leaves out what its app has no field for.
WORK_FIELDS = ("outcome", "outcome_label", "promise_date", "promise_amount")


def check_result_fields(named: Mapping[str, str], written: Mapping[str, str]) -> None:
    """Raise ValueError for a name that is not written, or two names for one field of the CRM."""
    known = (*RESULT_FIELDS, *WORK_FIELDS)
    unknown = sorted(set(named) - set(known))
    if unknown:
        raise ValueError(
            f"result_fields: {', '.join(unknown)} is not written; choose of {', '.join(known)}"
        )
    codes = list(written.values())
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise ValueError(f"result_fields: two names for the field {', '.join(twice)}")

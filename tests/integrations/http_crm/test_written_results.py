"""Results written into Salesforce one by one, and into HubSpot together: each once in effect."""

from dataclasses import replace
from typing import Any

import pytest

from callrisk.domain.call_record import CallResult
from callrisk.domain.outside import RefusedValueError
from callrisk.integrations.http_crm.crm_errors import HttpCrmError
from callrisk.settings import Settings, SettingsError
from harness.http_crm.crm_settings import of_hubspot, of_salesforce, recipe, sink_of
from harness.http_crm.hubspot import HubSpot
from harness.http_crm.json_server import Told
from harness.http_crm.salesforce import Salesforce

RESULT = CallResult(
    "c-1", "1001", "agent-1", 72, "high", "高リスク", ("払えない", "遅れる"), "v1", "unproven",
    "2026-12-01T09:00:00Z",
)  # fmt: skip


def test_salesforce_has_one_record_a_call(salesforce: Salesforce, plain_settings: Settings) -> None:
    """The same result twice, then a later one; keys that need escapes are kept apart."""
    sink = sink_of(of_salesforce(plain_settings, salesforce))
    other = replace(RESULT, call_id="c/2 ü", customer_id=None)
    sink.write([RESULT, other])
    sink.write([RESULT])
    sink.write([replace(RESULT, risk_score=40)])
    assert set(salesforce.results) == {"c-1", "c/2 ü"}
    assert salesforce.results["c-1"] == {
        "CallId__c": "c-1", "CustomerNo__c": "1001", "AgentId__c": "agent-1", "RiskScore__c": 40,
        "RiskCategory__c": "high", "RiskLabel__c": "高リスク", "TopReasons__c": "払えない\n遅れる",
        "ModelVersion__c": "v1", "Skill__c": "unproven", "ScoredAt__c": "2026-12-01T09:00:00Z",
    }  # fmt: skip
    assert salesforce.results["c/2 ü"]["CustomerNo__c"] == ""


def test_hubspot_has_one_record_a_call(hubspot: HubSpot, plain_settings: Settings) -> None:
    """All of them in one request."""
    sink = sink_of(of_hubspot(plain_settings, hubspot))
    sink.write([RESULT, replace(RESULT, call_id="c-2")])
    sink.write([replace(RESULT, risk_score=40)])
    assert {key: one["risk_score"] for key, one in hubspot.results.items()} == {
        "c-1": 40, "c-2": 72,
    }  # fmt: skip
    assert len(hubspot.asked) == 2


def test_a_refused_value_is_named_by_its_place(
    salesforce: Salesforce, plain_settings: Settings
) -> None:
    """So that the others are written without it."""
    salesforce_sink = sink_of(of_salesforce(plain_settings, salesforce))
    too_long = replace(RESULT, call_id="c" * 100)
    with pytest.raises(RefusedValueError, match="STRING_TOO_LONG") as caught:
        salesforce_sink.write([RESULT, too_long])
    assert caught.value.refused == {1}
    assert set(salesforce.results) == {"c-1"}


def test_a_refused_batch_names_no_place(hubspot: HubSpot, plain_settings: Settings) -> None:
    """HubSpot takes none of them, and whoever sends looks for the wrong one by halves."""
    sink = sink_of(of_hubspot(plain_settings, hubspot))
    wrong: Any = replace(RESULT, call_id="c-2", risk_score="many")
    with pytest.raises(RefusedValueError, match="VALIDATION_ERROR") as caught:
        sink.write([RESULT, wrong])
    assert caught.value.refused == set()
    assert hubspot.results == {}
    hubspot.faults = [Told(207, {"status": "COMPLETE", "numErrors": 1, "errors": [{}]})]
    with pytest.raises(RefusedValueError):
        sink.write([RESULT])


def test_a_path_where_nothing_is_takes_no_result(
    salesforce: Salesforce, plain_settings: Settings
) -> None:
    """A result that nobody took is never taken for written."""
    sink = sink_of(of_salesforce(plain_settings, salesforce, write={"path": "/none/{event_key}"}))
    with pytest.raises(HttpCrmError, match="404 NOT_FOUND"):
        sink.write([RESULT])


def test_a_key_that_several_records_bear_is_told(
    salesforce: Salesforce, plain_settings: Settings
) -> None:
    """Salesforce answers 300 with a list of them, and writes into none."""
    sink = sink_of(of_salesforce(plain_settings, salesforce))
    sink.write([RESULT])
    salesforce.faults = [Told(300, ["/services/data/v66.0/sobjects/CallRisk__c/a01"])]
    with pytest.raises(RefusedValueError) as caught:
        sink.write([RESULT])
    assert "several records bear one key" in caught.value.text.en
    assert caught.value.refused == {0}


def test_a_crm_that_is_away_is_no_refusal(hubspot: HubSpot, plain_settings: Settings) -> None:
    """The results wait and are written later."""
    hubspot.faults = [Told(503, None)] * 10
    with pytest.raises(HttpCrmError) as caught:
        sink_of(of_hubspot(plain_settings, hubspot)).write([RESULT])
    assert not caught.value.permanent


def test_a_missing_field_is_named_without_writing(
    salesforce: Salesforce, hubspot: HubSpot, plain_settings: Settings
) -> None:
    """The description of the object is asked for, and nothing else."""
    of_one, of_other = (
        of_salesforce(plain_settings, salesforce),
        of_hubspot(plain_settings, hubspot),
    )
    assert sink_of(of_one).problems() == sink_of(of_other).problems() == []
    salesforce.result_fields.discard("Skill__c")
    hubspot.result_properties.remove("skill")
    for settings, name in ((of_one, '"Skill__c"'), (of_other, '"skill"')):
        (problem,) = sink_of(settings).problems()
        assert name in problem.en
    assert salesforce.results == hubspot.results == {}


@pytest.mark.parametrize(
    ("write", "words"),
    [
        ({"path": "/results", "method": "POST"}, "two records"),
        ({"path": "/r/{event_key}", "each": {"id": "{event_key}"}, "body": {}}, "is not known"),
        ({"path": "/r", "each": {"id": "{event_key}"}, "body": {}}, "where each result stands"),
        ({"path": "/r/{call}"}, "is not known"),
    ],
)
def test_a_write_back_that_could_repeat_is_refused(
    salesforce: Salesforce, plain_settings: Settings, write: dict[str, Any], words: str
) -> None:
    """Before anything is written."""
    changed = of_salesforce(plain_settings, salesforce, write=write)
    with pytest.raises(SettingsError, match=words):
        sink_of(changed)


def test_the_configurations_are_two() -> None:
    """The page of documentation has one for each."""
    assert {recipe(name)["name"] for name in ("Salesforce", "HubSpot")} == {"Salesforce", "HubSpot"}

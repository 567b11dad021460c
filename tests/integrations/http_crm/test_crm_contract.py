"""Customers of Salesforce and HubSpot by the configurations of the documentation."""

from collections.abc import Callable

import pytest

from callrisk.integrations.http_crm.crm_errors import HttpCrmError
from callrisk.settings import Settings
from harness.http_crm.crm_settings import customers_of, of_hubspot, of_salesforce
from harness.http_crm.hubspot import HubSpot
from harness.http_crm.json_server import JsonServer
from harness.http_crm.salesforce import Salesforce

LIMIT_S = 3.0
BRIEN = "O'Brien\\"
HOSTILE = (
    "x' OR CustomerNo__c = '1001", "1001' OR '1' = '1", "\\' OR CustomerNo__c IN ('1001",
    "1001\\", "%", "' LIMIT 21", "{customer_id}", '1001"', "1001') OR Name = ('", "..", "1001&x=1",
)  # fmt: skip
Named = Callable[[Settings, JsonServer], Settings]


@pytest.fixture(params=["salesforce", "hubspot"])
def crm_settings(request: pytest.FixtureRequest, plain_settings: Settings) -> Settings:
    """The settings of one of the two CRMs, which runs."""
    named: dict[str, Named] = {"salesforce": of_salesforce, "hubspot": of_hubspot}
    server: JsonServer = request.getfixturevalue(request.param)
    return named[request.param](plain_settings, server)


def test_a_customer_is_found_by_id(crm_settings: Settings) -> None:
    """All that is mapped is read, and an id in full width is the same."""
    directory = customers_of(crm_settings)
    (found,) = directory.by_id("1001", LIMIT_S)
    customer = found.customer
    assert (customer.customer_id, customer.name, customer.phone) == (
        "1001", "仮名 太郎", "03-1234-5678",
    )  # fmt: skip
    assert customer.values == {
        "earlier_late_payments": 3.0, "contract_amount": 67800.5, "payment_method": "銀行振込",
        "contract_months": 36.0, "years_employed": None,
    }  # fmt: skip
    assert directory.by_id("１００１", LIMIT_S)[0].record_id == found.record_id
    assert directory.answers == 2


@pytest.mark.parametrize("phone", ["0312345678", "+81 3 1234 5678", "03(1234)5678"])
def test_a_customer_is_found_by_telephone(crm_settings: Settings, phone: str) -> None:
    """However the telephony tells the number."""
    (found,) = customers_of(crm_settings).by_phone(phone, LIMIT_S)
    assert found.customer.customer_id == "1001"


def test_several_records_are_all_found(crm_settings: Settings) -> None:
    """By id and by a further telephone number; each has the id of its record."""
    directory = customers_of(crm_settings)
    by_id, by_phone = directory.by_id("1002", LIMIT_S), directory.by_phone("09012345678", LIMIT_S)
    assert len({one.record_id for one in by_id}) == 2
    assert {one.record_id for one in by_id} == {one.record_id for one in by_phone}
    assert [one.customer.name for one in by_id] == ["見本 花子", "見本 次郎"]


def test_nobody_is_found_for_an_id_of_nobody(crm_settings: Settings) -> None:
    """Neither by id, nor by telephone, nor by record."""
    directory = customers_of(crm_settings)
    assert directory.by_id("9999", LIMIT_S) == []
    assert directory.by_phone("0399999999", LIMIT_S) == []
    assert directory.by_record("000", LIMIT_S) is None


def test_a_record_is_read_by_its_id(crm_settings: Settings) -> None:
    """As a webhook asks for it."""
    directory = customers_of(crm_settings)
    (found,) = directory.by_id("1001", LIMIT_S)
    again = directory.by_record(found.record_id, LIMIT_S)
    assert again is not None
    assert again.customer.name == "仮名 太郎"


@pytest.mark.parametrize("customer_id", HOSTILE)
def test_an_id_asks_nothing_but_for_itself(crm_settings: Settings, customer_id: str) -> None:
    """Quotes, backslashes and signs of the query language find nobody, and are no error."""
    assert customers_of(crm_settings).by_id(customer_id, LIMIT_S) == []


def test_an_id_with_a_quote_finds_its_customer(crm_settings: Settings) -> None:
    """What is escaped is what is meant."""
    (found,) = customers_of(crm_settings).by_id(BRIEN, LIMIT_S)
    assert found.customer.customer_id == BRIEN


def test_the_configuration_fits(crm_settings: Settings) -> None:
    """Every mapped field is there."""
    assert customers_of(crm_settings).problems() == []


def test_a_field_that_is_gone_is_named(salesforce: Salesforce, plain_settings: Settings) -> None:
    """Salesforce refuses the query; its own words name the column, and no value is told."""
    directory = customers_of(of_salesforce(plain_settings, salesforce))
    salesforce.fields.discard("YearsEmployed__c")
    with pytest.raises(HttpCrmError, match="INVALID_FIELD") as caught:
        directory.problems()
    text = caught.value.text
    assert "YearsEmployed__c" in text.ja
    with pytest.raises(HttpCrmError, match="INVALID_FIELD") as caught:
        directory.by_id("1001", LIMIT_S)
    assert "1001" not in f"{caught.value}{caught.value.text.ja}"


def test_a_property_that_is_gone_is_told(hubspot: HubSpot, plain_settings: Settings) -> None:
    """HubSpot leaves it out without a word: the customer is found, a doubt is raised and named."""
    directory = customers_of(of_hubspot(plain_settings, hubspot))
    directory.by_id("1001", LIMIT_S)
    doubts = directory.doubts
    hubspot.properties.discard("years_employed")
    assert len(directory.by_id("1001", LIMIT_S)) == 1
    assert directory.doubts == doubts + 1
    (problem,) = directory.problems()
    assert "properties.years_employed" in problem.ja
    assert "contract_months" in problem.en


def test_without_the_id_in_its_answers_nobody_is_joined(
    hubspot: HubSpot, plain_settings: Settings
) -> None:
    """An error that says what to mend: nobody could be told apart."""
    directory = customers_of(of_hubspot(plain_settings, hubspot))
    hubspot.properties.discard("customer_no")
    with pytest.raises(HttpCrmError, match=r"properties\.customer_no") as caught:
        directory.by_phone("0312345678", LIMIT_S)
    assert caught.value.permanent

"""Settings of the default configuration, and the two CRMs with the same customers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from callrisk.settings import Settings, load
from harness import ROOT
from harness.http_crm.hubspot import HubSpot
from harness.http_crm.salesforce import Salesforce, contact


@pytest.fixture
def plain_settings(tmp_path: Path) -> Settings:
    """The settings of config.py in a folder of their own."""
    return load(ROOT).model_copy(update={"root": tmp_path})


@pytest.fixture
def salesforce() -> Iterator[Salesforce]:
    """Three contacts, two of whom share an id and a mobile number."""
    contacts = [
        contact("1001", Name="仮名 太郎", Phone="03-1234-5678", LatePayments__c=3.0,
                ContractAmount__c=67800.5, PaymentMethod__c="銀行振込", ContractMonths__c=36),
        contact("1002", Name="見本 花子", MobilePhone="09012345678") | {"Id": "003A"},
        contact("1002", Name="見本 次郎", MobilePhone="+819012345678") | {"Id": "003B"},
        contact("O'Brien\\", Name="仮名 Brien", Phone="050-0000-7777"),
    ]  # fmt: skip
    with Salesforce(contacts) as server:
        yield server


@pytest.fixture
def hubspot() -> Iterator[HubSpot]:
    """The same customers, whose values are all text."""
    blank = dict.fromkeys(
        ("customer_no", "lastname", "phone", "mobilephone", "late_payments", "contract_amount",
         "payment_method", "contract_months", "years_employed")
    )  # fmt: skip
    contacts = {
        "501": blank | {"customer_no": "1001", "lastname": "仮名 太郎", "phone": "03-1234-5678",
                        "late_payments": "3", "contract_amount": "67800.5",
                        "payment_method": "銀行振込", "contract_months": "36"},
        "502": blank | {"customer_no": "1002", "lastname": "見本 花子",
                        "mobilephone": "09012345678"},
        "503": blank | {"customer_no": "1002", "lastname": "見本 次郎",
                        "mobilephone": "+819012345678"},
        "504": blank | {"customer_no": "O'Brien\\", "lastname": "仮名 Brien",
                        "phone": "050-0000-7777"},
    }  # fmt: skip
    with HubSpot(contacts) as server:
        yield server

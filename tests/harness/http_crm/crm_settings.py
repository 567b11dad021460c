"""The configurations of docs/http-crm.md, and settings that name a server of this machine."""

import re
from typing import Any

from pydantic import SecretStr

from callrisk.bootstrap.http_crm import directory_of, http_crm_connection, records_of, results_of
from callrisk.integrations.http_crm.crm_client import HttpCrmClient
from callrisk.integrations.http_crm.customer_search import HttpCrmDirectory
from callrisk.integrations.http_crm.pulled_records import PulledRecords
from callrisk.integrations.http_crm.written_results import HttpCrmResults
from callrisk.settings import Settings
from callrisk.settings.http_crm_config import HttpCrm
from harness import ROOT
from harness.http_crm.hubspot import TOKEN
from harness.http_crm.json_server import JsonServer
from harness.http_crm.salesforce import CLIENT, SECRET
from harness.hurried import HURRIED

_RECIPE = "## {}\n.*?```python\n(.*?)```"


def recipe(name: str) -> dict[str, Any]:
    """Return HTTP_CRM as the page of documentation has it for a product."""
    page = (ROOT / "docs" / "http-crm.md").read_text(encoding="utf-8")
    found = re.search(_RECIPE.format(name), page, re.DOTALL)
    assert found is not None
    names: dict[str, Any] = {}
    exec(found[1], names)  # noqa: S102 - what a user copies into config.py
    made: dict[str, Any] = names["HTTP_CRM"]
    return made


def of_salesforce(settings: Settings, server: JsonServer, **changes: Any) -> Settings:
    """Return settings that name this Salesforce, with the client credentials of the test."""
    login = {
        "http_crm_token_url": f"{server.url}/services/oauth2/token", "http_crm_client_id": CLIENT,
        "http_crm_client_secret": SecretStr(SECRET),
    }  # fmt: skip
    return _named(settings, server, recipe("Salesforce") | changes, login)


def of_hubspot(settings: Settings, server: JsonServer, **changes: Any) -> Settings:
    """Return settings that name this HubSpot, with its token."""
    login = {"http_crm_token": SecretStr(TOKEN)}
    return _named(settings, server, recipe("HubSpot") | changes, login)


def _named(
    settings: Settings, server: JsonServer, crm: dict[str, Any], login: dict[str, Any]
) -> Settings:
    env = settings.env.model_copy(update={"http_crm_url": server.url, **login})
    return settings.model_copy(update={"env": env, "http_crm": HttpCrm.model_validate(crm)})


def client_of(settings: Settings) -> HttpCrmClient:
    """Return a client whose pauses are short."""
    connection = http_crm_connection(settings)
    assert connection is not None
    return HttpCrmClient(connection, retries=HURRIED)


def customers_of(settings: Settings) -> HttpCrmDirectory:
    """Return where customers are looked up."""
    return directory_of(settings, client_of(settings))


def sink_of(settings: Settings) -> HttpCrmResults:
    """Return where results are written."""
    sink = results_of(settings, client_of(settings))
    assert sink is not None
    return sink


def pulled_of(settings: Settings) -> PulledRecords:
    """Return all records as they are pulled."""
    return records_of(settings, client_of(settings))

"""A CRM that refuses, is crowded, away, slow or another, and tokens that end."""

import logging
import time
from typing import Any

import pytest
from pydantic import SecretStr

from callrisk.integrations.http_crm.crm_errors import HttpCrmError
from callrisk.settings import Settings
from harness.http_crm.crm_settings import client_of, customers_of, of_hubspot, of_salesforce
from harness.http_crm.hubspot import CROWDED, TOKEN, HubSpot
from harness.http_crm.json_server import Told
from harness.http_crm.salesforce import LIMITED, SECRET, Salesforce

LIMIT_S = 3.0


def with_env(settings: Settings, **changes: Any) -> Settings:
    """Return settings with other variables."""
    return settings.model_copy(update={"env": settings.env.model_copy(update=changes)})


def test_a_token_serves_until_it_ends(salesforce: Salesforce, plain_settings: Settings) -> None:
    """One for many requests; when it is refused another is fetched, once, and nobody notices."""
    directory = customers_of(of_salesforce(plain_settings, salesforce))
    for _ in range(3):
        directory.by_id("1001", LIMIT_S)
    assert salesforce.tokens_given == 1
    salesforce.end_tokens()
    assert len(directory.by_id("1001", LIMIT_S)) == 1
    assert salesforce.tokens_given == 2


def test_a_token_is_fetched_again_before_it_ends(
    salesforce: Salesforce, plain_settings: Settings
) -> None:
    """`expires_in` of the answer counts."""
    salesforce.tokens.add("short")
    salesforce.faults = [Told(200, {"access_token": "short", "expires_in": 0})]
    directory = customers_of(of_salesforce(plain_settings, salesforce))
    directory.by_id("1001", LIMIT_S)
    directory.by_id("1001", LIMIT_S)
    assert salesforce.tokens_given == 1


def test_wrong_client_credentials_are_refused_for_good(
    salesforce: Salesforce, plain_settings: Settings
) -> None:
    """The error names the variables, and asks no customer meanwhile."""
    settings = with_env(
        of_salesforce(plain_settings, salesforce), http_crm_client_secret=SecretStr("wrong-secret")
    )
    with pytest.raises(HttpCrmError, match="HTTP_CRM_CLIENT_SECRET") as caught:
        customers_of(settings).by_id("1001", LIMIT_S)
    assert caught.value.permanent
    assert "wrong-secret" not in f"{caught.value}{caught.value.text}"
    assert [asked.path for asked in salesforce.asked] == ["/services/oauth2/token"]


def test_a_token_that_is_always_refused_is_fetched_once_more_and_no_more(
    salesforce: Salesforce, plain_settings: Settings
) -> None:
    """A refusal that stays is an error, not an endless exchange."""
    expired = Told(401, [{"message": "Session expired", "errorCode": "INVALID_SESSION_ID"}])
    token = Told(200, {"access_token": "another"})
    salesforce.faults = [token, expired, token, expired]
    with pytest.raises(HttpCrmError, match="INVALID_SESSION_ID") as caught:
        customers_of(of_salesforce(plain_settings, salesforce)).by_id("1001", LIMIT_S)
    assert caught.value.permanent
    assert len(salesforce.asked) == 4


def test_a_refused_token_of_a_header_is_told(hubspot: HubSpot, plain_settings: Settings) -> None:
    """What to do stands in both languages; neither token nor id stand anywhere."""
    settings = with_env(
        of_hubspot(plain_settings, hubspot), http_crm_token=SecretStr("another-token")
    )
    with pytest.raises(HttpCrmError, match="401 INVALID_AUTHENTICATION") as caught:
        customers_of(settings).by_id("1001", LIMIT_S)
    assert "HTTP_CRM_TOKEN" in caught.value.text.ja
    assert "HTTP_CRM_TOKEN" in caught.value.text.en
    assert "another-token" not in f"{caught.value}{caught.value.text}"


def test_a_token_may_stand_in_another_header(hubspot: HubSpot, plain_settings: Settings) -> None:
    """As companies' own interfaces ask for it."""
    settings = with_env(of_hubspot(plain_settings, hubspot), http_crm_header="X-Api-Key: k {token}")
    with pytest.raises(HttpCrmError):
        customers_of(settings).by_id("1001", LIMIT_S)
    assert hubspot.asked[-1].headers["X-Api-Key"] == f"k {TOKEN}"
    assert "Authorization" not in hubspot.asked[-1].headers


def test_a_crowded_crm_is_asked_again_after_its_wait(
    hubspot: HubSpot, plain_settings: Settings
) -> None:
    """429 without a header, then with Retry-After, which counts."""
    hubspot.faults = [CROWDED, Told(429, CROWDED.content, {"Retry-After": "1"})]
    began = time.monotonic()
    assert len(customers_of(of_hubspot(plain_settings, hubspot)).by_id("1001", LIMIT_S)) == 1
    assert time.monotonic() - began >= 1.0
    assert len(hubspot.asked) == 3


def test_a_wait_beyond_the_time_of_a_look_up_ends_it(
    hubspot: HubSpot, plain_settings: Settings
) -> None:
    """Whoever waits for the customer hears at once that it will last, and for how long."""
    hubspot.faults = [Told(503, {"message": "maintenance"}, {"Retry-After": "120"})]
    began = time.monotonic()
    with pytest.raises(HttpCrmError) as caught:
        customers_of(of_hubspot(plain_settings, hubspot)).by_id("1001", LIMIT_S)
    assert time.monotonic() - began < 1.0
    assert (caught.value.permanent, caught.value.retry_after_s) == (False, 120.0)


def test_used_up_requests_are_no_missing_right(
    salesforce: Salesforce, plain_settings: Settings
) -> None:
    """Salesforce says 403 for both; this one passes."""
    directory = customers_of(of_salesforce(plain_settings, salesforce))
    directory.probe(LIMIT_S)
    salesforce.faults = [LIMITED]
    with pytest.raises(HttpCrmError, match="REQUEST_LIMIT_EXCEEDED") as caught:
        directory.by_id("1001", LIMIT_S)
    assert not caught.value.permanent
    assert "上限" in caught.value.text.ja


def test_an_outage_opens_the_circuit_and_ends(hubspot: HubSpot, plain_settings: Settings) -> None:
    """While nobody listens requests are refused at once; then the CRM is found again."""
    settings = of_hubspot(plain_settings, hubspot)
    client = client_of(settings)
    directory = customers_of(settings)
    hubspot.stop()
    with pytest.raises(HttpCrmError) as caught:
        directory.by_id("1001", LIMIT_S)
    assert not caught.value.permanent
    assert client.state.since is None  # another client's matter
    hubspot.start()
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            assert len(directory.by_id("1001", LIMIT_S)) == 1
            return
        except HttpCrmError:
            time.sleep(0.1)
    raise AssertionError("it did not come back")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (Told(302, None, {"Location": "https://elsewhere.example/login"}), "leads elsewhere"),
        (Told(200, {"other": []}), "not the JSON"),
        (Told(200, "text"), "not the JSON"),
        (Told(404, {"category": "OBJECT_NOT_FOUND"}), "nothing at this path"),
        (Told(403, {"category": "MISSING_SCOPES"}), "the right is missing"),
    ],
)
def test_an_answer_of_another_kind_says_what_to_do(
    hubspot: HubSpot, plain_settings: Settings, told: Told, words: str
) -> None:
    """Redirects are not followed, and no answer is taken for nobody."""
    hubspot.faults = [told] * 20
    with pytest.raises(HttpCrmError) as caught:
        customers_of(of_hubspot(plain_settings, hubspot)).by_id("1001", LIMIT_S)
    assert words in caught.value.text.en
    assert "POST /crm/v3/objects/contacts/search" in caught.value.text.ja


def test_a_slow_crm_ends_with_the_time_of_the_look_up(
    hubspot: HubSpot, plain_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not with the patience of the library."""
    answer = hubspot.answer

    def slow(asked: Any) -> Told:
        time.sleep(2.0)
        return answer(asked)

    monkeypatch.setattr(hubspot, "answer", slow)
    began = time.monotonic()
    with pytest.raises(HttpCrmError):
        customers_of(of_hubspot(plain_settings, hubspot)).by_id("1001", 0.5)
    assert time.monotonic() - began < 1.5


def test_the_log_names_neither_a_person_nor_a_token(
    salesforce: Salesforce, plain_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """Requests stand there by their templates, well or refused."""
    caplog.set_level(logging.DEBUG)
    directory = customers_of(of_salesforce(plain_settings, salesforce))
    directory.by_phone("0312345678", LIMIT_S)
    salesforce.faults = [
        Told(400, [{"message": "'1001' and 仮名", "errorCode": "MALFORMED_QUERY"}])
    ]
    with pytest.raises(HttpCrmError) as caught:
        directory.by_id("1001", LIMIT_S)
    written = f"{caplog.text}{caught.value}{caught.value.text}"
    assert "MALFORMED_QUERY" in written
    assert "/services/data/v66.0/query" in written
    for secret in ("1001", "0312345678", "仮名", SECRET, *salesforce.tokens):
        assert secret not in written


def test_requests_are_counted(hubspot: HubSpot, plain_settings: Settings) -> None:
    """Each that is sent, also one that is refused."""
    settings = of_hubspot(plain_settings, hubspot)
    client = client_of(settings)
    assert (client.budget, dict(client.requests_today)) == (250_000, {})
    client.note_requests(0, 7)
    assert dict(client.requests_today) == {0: 7}

"""Values in templates: escaped for their place, or refused; and which templates are none."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from callrisk.integrations.http_crm.crm_connection import ClientLogin, CrmConnection, HeaderToken
from callrisk.integrations.http_crm.escaping import QueryLanguage, UnfitValueError
from callrisk.integrations.http_crm.request_templates import RequestTemplate

ID = frozenset({"customer_id", "cursor", "offset", "limit"})


def template(path: str = "/x", **more: Any) -> RequestTemplate:
    """Return a template with placeholders of an id."""
    return RequestTemplate("GET", path, known=ID, **more)


def query_of(made: RequestTemplate, value: str) -> dict[str, str]:
    """Return the query of a request as the other side reads it."""
    target = made.filled({"customer_id": value}).target
    return dict(parse_qsl(urlsplit(target).query, strict_parsing=True))


def test_a_value_of_a_path_stays_in_its_segment() -> None:
    """Slashes, question marks and dots lead nowhere else."""
    made = template("/customers/{customer_id}/card")
    assert made.filled({"customer_id": "a/b?c#d é"}).target == (
        "/customers/a%2Fb%3Fc%23d%20%C3%A9/card"
    )
    for dots in (".", "..", ""):
        with pytest.raises(UnfitValueError):
            made.filled({"customer_id": dots})


def test_a_whole_value_of_a_query_stands_as_it_is() -> None:
    """Signs of addresses are escaped."""
    made = template(query={"id": "{customer_id}", "fixed": "a b"})
    assert query_of(made, "x&y=1 '+%") == {"id": "x&y=1 '+%", "fixed": "a b"}


@pytest.mark.parametrize(
    ("language", "value", "expected"),
    [
        (QueryLanguage.SOQL, "O'Brien", r"Id = 'O\'Brien'"),
        (QueryLanguage.SOQL, "a\\", r"Id = 'a\\'"),
        (QueryLanguage.SOQL, "\\' OR Id != '", r"Id = '\\\' OR Id != \''"),
        (QueryLanguage.ODATA, "O'Brien", "Id = 'O''Brien'"),
        (QueryLanguage.ODATA, "' or 1 eq 1", "Id = ''' or 1 eq 1'"),
    ],
)
def test_a_string_of_a_query_language_ends_where_it_is_meant_to(
    language: QueryLanguage, value: str, expected: str
) -> None:
    """Each language by its own rule."""
    made = template(query={"q": "Id = '{customer_id}'"}, language=language)
    assert query_of(made, value) == {"q": expected}


@pytest.mark.parametrize("text", ["Id eq {customer_id}", "*{customer_id}*"])
def test_outside_of_strings_only_plain_values_stand(text: str) -> None:
    """An id with other signs is nobody's there."""
    made = template(query={"q": text})
    assert query_of(made, "C-001_9+") == {"q": text.replace("{customer_id}", "C-001_9+")}
    for value in ("1 or 1 eq 1", "1'", "(1)", "1;2", ""):
        with pytest.raises(UnfitValueError):
            made.filled({"customer_id": value})


def test_a_whole_text_of_a_language_is_no_place_for_any_value() -> None:
    """It would be a query of the caller's own making."""
    made = template(query={"q": "{customer_id}"}, language=QueryLanguage.SOQL)
    with pytest.raises(UnfitValueError):
        made.filled({"customer_id": "SELECT Id FROM User"})


def test_a_body_is_json_whatever_stands_in_it() -> None:
    """Values keep their kind, a missing one is left out, a list is laid into its list."""
    made = RequestTemplate(
        "POST", "/x", known=frozenset({"each", "cursor", "limit"}),
        body={"inputs": ["{each}"], "after": "{cursor}", "limit": "{limit}", "deep": [{"a": 1}]},
    )  # fmt: skip
    each = [{"id": 'a"}],"b'}, {"id": "{limit}"}]
    filled = made.filled({"each": each, "cursor": None, "limit": 100})
    assert filled.body == {"inputs": each, "limit": 100, "deep": [{"a": 1}]}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"query": {"q": "a = '{customer_id}'"}}, "name the query language"),
        ({"query": {"q": "{customer}"}}, "is not known"),
        ({"body": {"a": [{"b": "{phone}"}]}}, "is not known"),
        ({"query": {"q": "a = '{customer_id}"}, "language": QueryLanguage.SOQL}, "does not end"),
    ],
)
def test_a_template_that_cannot_be_is_refused_at_the_start(
    more: dict[str, Any], words: str
) -> None:
    """Nobody waits for a call to hear of it."""
    with pytest.raises(ValueError, match=words):
        template(**more)


@pytest.mark.parametrize(
    "url",
    ["http://crm.example", "ftp://crm.example", "crm.example", "https://u:p@crm.example",
     "https://crm.example?a=1", "https://", "https://crm.example/ x", "https://crm.example#a"],
)  # fmt: skip
def test_an_address_that_could_give_the_token_away_is_refused(url: str) -> None:
    """The message never quotes it: a password may stand in it."""
    with pytest.raises(ValueError, match="HTTP_CRM_URL must be") as caught:
        CrmConnection("CRM", url, HeaderToken("t"))
    assert "u:p" not in f"{caught.value}"
    with pytest.raises(ValueError, match="HTTP_CRM_TOKEN_URL must be"):
        ClientLogin(url, "id", "secret")


@pytest.mark.parametrize(
    "header", ["X-Key", "X-Key: token", "Host: {token}", "X-Key: {token}\r\nX: 1", "X Key: {token}"]
)
def test_a_header_that_cannot_be_is_refused(header: str) -> None:
    """Neither without a place for the token, nor one of the connection itself."""
    with pytest.raises(ValueError, match="HTTP_CRM_HEADER"):
        HeaderToken("t", header)


@pytest.mark.parametrize(
    ("told", "is_here"),
    [
        ("/next/2", True), ("https://crm.example/next", True), ("https://crm.example:443/n", True),
        ("//elsewhere.example/n", False), ("https://elsewhere.example/n", False),
        ("http://crm.example/n", False), ("https://crm.example:444/n", False),
        ("https://crm.example@elsewhere.example/n", False), ("next/2", False),
        ("https://a@crm.example/n", False),
    ],
)  # fmt: skip
def test_a_next_page_lies_on_the_same_host(told: str, is_here: bool) -> None:
    """Anybody else would get the token."""
    connection = CrmConnection("CRM", "https://crm.example/api/", HeaderToken("t"))
    assert (connection.next_url(told) is not None) is is_here
    assert connection.url("/x?a=1") == "https://crm.example/api/x?a=1"

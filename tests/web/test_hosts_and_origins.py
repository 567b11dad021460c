"""Which hosts and origins are ours, by themselves: names, ports, brackets, reads and writes."""

import pytest
from flask import Flask, request

from callrisk.web.outside import Outside

CRM = "https://crm.example"
OUTSIDE = Outside(("desk.example:5000", "not a host"), (CRM,))


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True), ("LOCALHOST:5000", True), ("127.0.0.1", True), ("[::1]:5000", True),
        ("desk.example", True), ("Desk.Example:80", True), ("desk.example.evil", False),
        ("evil", False), ("", False), ("evil@localhost", False), ("localhost/evil", False),
        ("localhost:", False), ("localhost:123456", False), ("not a host", False),
    ],
)  # fmt: skip
def test_a_host_is_known_by_its_name(host: str, expected: bool) -> None:
    """With any port of at most five digits, in any case of its letters."""
    with Flask("small").test_request_context(environ_overrides={"HTTP_HOST": host}):
        assert OUTSIDE.knows_host(request) is expected


@pytest.mark.parametrize(
    ("method", "headers", "expected"),
    [
        ("GET", {"Origin": "https://evil"}, True),
        ("HEAD", {"Origin": "https://evil"}, True),
        ("OPTIONS", {"Origin": "https://evil"}, True),
        ("POST", {}, True),
        ("POST", {"Origin": "https://evil"}, False),
        ("POST", {"Origin": CRM, "Sec-Fetch-Site": "cross-site"}, True),
        ("POST", {"Origin": "http://localhost"}, True),
        ("POST", {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"}, False),
        ("POST", {"Sec-Fetch-Site": "same-origin"}, True),
        ("POST", {"Sec-Fetch-Site": "none"}, True),
        ("POST", {"Sec-Fetch-Site": "same-site"}, False),
        ("DELETE", {"Origin": "http://localhost:81"}, False),
    ],
)
def test_only_pages_of_ours_write(method: str, headers: dict[str, str], expected: bool) -> None:
    """Anybody reads; who is no page at all writes, too."""
    with Flask("small").test_request_context(method=method, headers=headers):
        assert OUTSIDE.may_write(request) is expected


@pytest.mark.parametrize(
    ("origin", "host", "site", "expected"),
    [
        (CRM, "evil", "cross-site", True),
        ("http://localhost:5000", "localhost:5000", "", True),
        ("http://localhost:5000", "localhost", "", False),
        ("https://evil", "localhost", "", False),
        ("http://evil", "evil", "", False),
        (None, "localhost", "", True),
        (None, "localhost", "same-origin", True),
        (None, "localhost", "cross-site", False),
        (None, "evil", "", False),
    ],
)
def test_only_pages_of_ours_connect(
    origin: str | None, host: str, site: str, expected: bool
) -> None:
    """Under a name of ours; a client that is no browser names no origin."""
    environ = {"HTTP_HOST": host, "HTTP_SEC_FETCH_SITE": site}

    assert OUTSIDE.may_connect(origin, environ) is expected

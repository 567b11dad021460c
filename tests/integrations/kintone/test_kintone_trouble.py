"""Kintone refuses, is locked, crowded or away: what is tried again, and what is said."""

import logging
from typing import Any

import pytest

from callrisk.integrations.kintone.client import KintoneClient
from callrisk.integrations.kintone.errors import KintoneError
from callrisk.integrations.kintone.query_builder import Query, equals
from harness.kintone.client_settings import Hands, settings_for
from harness.kintone.scripted_server import (
    Answer,
    ScriptedServer,
    cut_short,
    raw,
    refused,
    slammed,
    told,
)

GOOD = told({"properties": {}})
DATE = "Tue, 24 Nov 2026 08:30:03 GMT"

REFUSED = [
    (400, "CB_VA01"), (400, "CB_IJ01"), (400, "CB_IL02"), (400, "GAIA_IA02"), (520, "GAIA_IA02"),
    (400, "GAIA_DA03"), (403, "GAIA_NO01"), (520, "GAIA_NO01"), (401, "CB_AU01"), (520, "CB_AU01"),
    (401, "CB_WA01"), (520, "CB_WA01"), (403, "CB_NO02"), (404, "GAIA_AP01"), (404, "GAIA_RE01"),
    (404, "GAIA_RE20"), (400, "GAIA_RE20"), (409, "GAIA_CO02"), (400, "GAIA_IL23"),
    (400, "GAIA_LO04"), (400, "GAIA_XX99"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "code"), REFUSED)
def test_a_refusal_is_for_good(
    kintone: ScriptedServer, client: KintoneClient, status: int, code: str
) -> None:
    """It is not asked again, and says who, what and which answer it was."""
    kintone.script = [refused(status, code)]
    with pytest.raises(
        KintoneError, match=rf"GET app/form/fields.json of app 1.*{status} {code}"
    ) as raised:
        client.form_fields(1)

    error = raised.value
    assert (error.permanent, error.status, error.code) == (True, status, code)
    assert error.reference == "jxcbVKLdjmcOc1wQ2nMT"
    assert "だめです" not in str(error)
    assert client.state.since is None


PASSING: dict[str, Answer] = {
    "crowded": refused(429, "GAIA_TO04"),
    "locked": refused(400, "GAIA_DA02"),
    "locked record": refused(400, "GAIA_RE18"),
    "locked, as it once was": refused(520, "GAIA_DA02"),
    "unknown, as it once was": refused(520, "GAIA_XX99"),
    "unwell": refused(500, "GAIA_ZZ01"),
    "503 in words": raw("メンテナンス中です".encode(), 503, Content_Type="text/plain"),
    "504 in HTML": raw(b"<html>gateway timeout</html>", 504, Content_Type="text/html"),
    "crowded in words": raw(b"slow down", 429),
    "too slow in words": raw(b"request timeout", 408),
    "too early in words": raw(b"too early", 425),
    "signed out": raw(b"<html>sign in</html>", Content_Type="text/html"),
    "redirect": raw(b"", 302, Location="/login"),
    "not UTF-8": raw(b'{"name": "\xff\xfe"}'),
    "not finished": raw(b'{"name": "x'),
    "a list": told([]),
    "not a number": raw(b'{"name": NaN}'),
    "too deep": raw(b'{"name":' + b"[" * 100_000),
    "empty": raw(b""),
    "half a body": cut_short({"name": "x" * 100}),
    "half a valid body": raw(b'{"properties": {}}', Content_Length="900", Connection="close"),
    "gone": slammed,
    "not really gzip": raw(b"plain", Content_Encoding="gzip"),
    "no length": raw(b"", Content_Length="x", Connection="close"),
}


@pytest.mark.parametrize("trouble", PASSING)
def test_what_passes_is_asked_for_again(
    kintone: ScriptedServer, client: KintoneClient, hands: Hands, trouble: str
) -> None:
    """Four times, each time after a longer pause."""
    kintone.script = [PASSING[trouble]] * 4 + [GOOD]

    assert client.form_fields(1) == {}
    assert hands.slept == [1, 2, 4, 8]
    assert client.state.since is None


@pytest.mark.parametrize("trouble", PASSING)
def test_what_does_not_pass_is_an_error_not_for_good(
    kintone: ScriptedServer, client: KintoneClient, trouble: str
) -> None:
    """After five tries."""
    kintone.otherwise = PASSING[trouble]
    with pytest.raises(KintoneError) as raised:
        client.form_fields(1)

    assert not raised.value.permanent
    assert len(kintone.asked) == 5


@pytest.mark.parametrize(
    "trouble", [refused(429, "GAIA_TM12"), raw(b"<html>403</html>", 403), raw(b"", 404),
                refused(403, "GAIA_NO02")]
)  # fmt: skip
def test_what_will_not_pass_soon_is_not_asked_for_again(
    kintone: ScriptedServer, client: KintoneClient, trouble: Answer
) -> None:
    """No cursor is free, maintenance, or something else than Kintone refuses."""
    kintone.script = [trouble]
    with pytest.raises(KintoneError) as raised:
        client.form_fields(1)

    assert not raised.value.permanent


@pytest.mark.parametrize("told_pause", ["3", DATE])
def test_a_pause_that_kintone_asks_for_is_kept(
    kintone: ScriptedServer, client: KintoneClient, hands: Hands, told_pause: str
) -> None:
    """In seconds or as a date."""
    kintone.script = [raw(b"", 503, Retry_After=told_pause), GOOD]

    assert client.form_fields(1) == {}
    assert hands.slept == [3]


def test_a_pause_beyond_the_deadline_ends_the_call(
    kintone: ScriptedServer, client: KintoneClient, hands: Hands
) -> None:
    """Nobody sleeps for an answer that would come too late."""
    kintone.script = [raw(b"", 503, Retry_After="3600")]
    with pytest.raises(KintoneError):
        client.form_fields(1)

    assert hands.slept == []


def test_tries_end_with_the_time_of_the_call(
    kintone: ScriptedServer, client: KintoneClient, hands: Hands
) -> None:
    """Within five seconds there is room for pauses of one and two."""
    kintone.otherwise = raw(b"", 503)
    with pytest.raises(KintoneError):
        client.record(1, 5, within_s=5.0)

    assert hands.slept == [1, 2]


def test_nobody_there_is_an_error_that_says_so(free_port: int, hands: Hands) -> None:
    """Nothing was sent, so nothing counts against the day."""
    client = KintoneClient(settings_for(f"http://127.0.0.1:{free_port}"), hands.clock())
    with pytest.raises(KintoneError, match="cannot be reached") as raised:
        client.add(1, [{"a": "x"}])

    assert not raised.value.permanent
    assert len(hands.slept) == 4
    assert client.requests_today == {}
    assert client.state.since is not None


def test_an_app_without_a_token_is_not_asked(
    kintone: ScriptedServer, client: KintoneClient
) -> None:
    """The error says for which app to make one."""
    with pytest.raises(KintoneError, match="no API token for app 3") as raised:
        client.form_fields(3)

    assert raised.value.permanent
    assert kintone.asked == []
    assert client.state.since is None


def test_a_redirect_is_not_followed(kintone: ScriptedServer, client: KintoneClient) -> None:
    """The token would go wherever it leads."""
    kintone.otherwise = raw(b"", 307, Location=f"{kintone.url}/elsewhere")
    with pytest.raises(KintoneError, match="leads elsewhere"):
        client.form_fields(1)

    assert {one.path for one in kintone.asked} == {"/k/v1/app/form/fields.json"}


def test_a_cookie_is_not_kept(kintone: ScriptedServer, client: KintoneClient) -> None:
    """A session of somebody else must not ride along with a token."""
    kintone.script = [told({"properties": {}}, Set_Cookie="JSESSIONID=abc; Path=/"), GOOD]
    client.form_fields(1)
    client.form_fields(1)

    assert "Cookie" not in kintone.asked[1].headers


def test_connections_are_kept(kintone: ScriptedServer, client: KintoneClient) -> None:
    """One line serves many requests, refusals too."""
    kintone.script = [GOOD, refused(404, "GAIA_RE01"), GOOD]
    client.form_fields(1)
    with pytest.raises(KintoneError):
        client.form_fields(1)
    client.form_fields(1)

    assert kintone.connections == 1


@pytest.mark.parametrize(
    "content",
    [{"code": 5, "id": ["x"], "errors": "x"}, {"code": "secret value", "id": "a b"},
     {"code": "CB_VA01", "errors": {"a": "x", "b\n": {"messages": [1]}, "c": {"messages": "x"}}}],
)  # fmt: skip
def test_an_error_of_another_shape_is_still_one(
    kintone: ScriptedServer, client: KintoneClient, content: dict[str, Any]
) -> None:
    """Whatever stands in it, it says no."""
    kintone.script = [told(content, 400)]
    with pytest.raises(KintoneError, match="400") as raised:
        client.form_fields(1)

    assert "secret value" not in str(raised.value)
    assert "\n" not in str(raised.value)
    assert raised.value.reference == ""


def test_logs_name_the_request_and_never_what_is_in_it(
    kintone: ScriptedServer, client: KintoneClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither ours nor those of the library below, whatever their level."""
    caplog.set_level(logging.DEBUG)
    value = "".join(("secret", "Value"))  # a traceback quotes this file, too
    kintone.script = [
        refused(404, "GAIA_RE01", message=value), slammed, raw(value.encode()),
        told({"records": []}), told({"records": value}, 500),
    ]  # fmt: skip
    kintone.otherwise = told({"records": []})
    for _ in range(4):
        try:
            client.records(1, Query(equals("a", value)))
        except KintoneError:
            logging.getLogger("test").exception("lookup failed")

    assert value not in caplog.text
    assert "secretOne" not in caplog.text
    assert "kintone GET /k/v1/records.json app=1 status=404 code=GAIA_RE01" in caplog.text
    assert "id=jxcbVKLdjmcOc1wQ2nMT ms=" in caplog.text
    assert "status=200" in caplog.text

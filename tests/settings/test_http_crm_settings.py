"""The variables and the part of config.py of a CRM over HTTP."""

from pathlib import Path

import pytest

from callrisk.bootstrap.crm import configured_access
from callrisk.settings import SettingsError, load
from harness import ROOT

CONFIG = (ROOT / "config.py").read_text(encoding="utf-8")
BY_ID = '{"by_id": {"path": "/customers/{customer_id}"}}'


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a config.py that names one request."""
    for name in ("KINTONE_SUBDOMAIN", "KINTONE_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    write(tmp_path, BY_ID)
    return tmp_path


def write(root: Path, crm: str) -> None:
    """Write config.py with this HTTP_CRM."""
    (root / "config.py").write_text(f"{CONFIG}\nHTTP_CRM = {crm}\n", encoding="utf-8")


def env(root: Path, *lines: str) -> None:
    """Write .env."""
    (root / ".env").write_text("\n".join(lines), encoding="utf-8")


def test_an_address_and_a_token_are_enough(root: Path) -> None:
    """The CRM is chosen, nothing is written, and real customers demand a login."""
    env(root, "HTTP_CRM_URL=https://crm.example/api", "HTTP_CRM_TOKEN=secret-token")
    settings = load(root)
    access = configured_access(settings)
    assert access is not None
    assert (access.directory.key, access.sink, access.demo) == ("http_crm", None, False)
    assert settings.demands_login
    assert "secret-token" in settings.env.secrets.values()
    assert "secret-token" not in repr(settings)


def test_a_crm_of_this_machine_is_a_demonstration(root: Path) -> None:
    """Its table is named so."""
    env(root, "HTTP_CRM_URL=http://127.0.0.1:9", "HTTP_CRM_TOKEN=t")
    settings = load(root)
    assert settings.crm_is_demo
    assert not settings.demands_login
    assert settings.pulled_from == "CRM"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["HTTP_CRM_TOKEN=t"], "HTTP_CRM_TOKEN: set without HTTP_CRM_URL"),
        (["HTTP_CRM_URL=https://crm.example"], "without HTTP_CRM_TOKEN"),
        (["HTTP_CRM_URL=https://crm.example", "HTTP_CRM_CLIENT_ID=a"], "HTTP_CRM_CLIENT_SECRET"),
        (["HTTP_CRM_URL=https://crm.example", "HTTP_CRM_TOKEN=t", "HTTP_CRM_CLIENT_ID=a"],
         "stands beside HTTP_CRM_CLIENT_ID"),
        (["HTTP_CRM_URL=https://crm.example", "HTTP_CRM_TOKEN=t", "HTTP_CRM_WEBHOOK_TOKEN=short"],
         "at least 32 characters"),
        (["HTTP_CRM_URL=https://crm.example", "HTTP_CRM_TOKEN=t", "KINTONE_SUBDOMAIN=example",
          "KINTONE_APP_ID=1", "KINTONE_API_TOKEN=k"], "customers are read from one CRM"),
    ],
)  # fmt: skip
def test_half_a_crm_and_two_are_one_clear_error(root: Path, lines: list[str], words: str) -> None:
    """With the names of the variables."""
    env(root, *lines)
    with pytest.raises(SettingsError, match=words):
        load(root)


@pytest.mark.parametrize(
    ("crm", "words"),
    [
        ('{"by_id": {"path": "customers"}}', r"HTTP_CRM\.by_id\.path"),
        ('{"by_id": {"path": "/c", "methode": "GET"}}', "methode"),
        ('{"by_phone": {"path": "/c/{phone}"}}', "by_id: name the request"),
        ('{"by_id": {"path": "/c/{customer_id}"}, "write": {"path": "/r/{event_key}"}}',
         "result_fields names nothing"),
        ('{"result_fields": {"score": "s"}}', "score is not written"),
        ('{"result_fields": {"risk_score": "s", "skill": "s"}}', "two names for the field s"),
    ],
)  # fmt: skip
def test_what_config_py_cannot_mean_is_refused(root: Path, crm: str, words: str) -> None:
    """At the start of every program."""
    write(root, crm)
    with pytest.raises(SettingsError, match=words):
        load(root)


@pytest.mark.parametrize(
    ("crm", "words"),
    [
        ("{}", "by_id: HTTP_CRM_URL is set"),
        ('{"by_id": {"path": "/c/{number}"}}', r"by_id: \{number\}"),
        ('{"by_id": {"path": "/c", "query": {"q": "id = \'{customer_id}\'"}}}', "query language"),
        (BY_ID[:-1] + ', "all": {"path": "/c"}}', "all: name the next page"),
    ],
)
def test_a_request_that_cannot_be_made_is_refused(root: Path, crm: str, words: str) -> None:
    """When the CRM is put together, by what is wrong with which request."""
    env(root, "HTTP_CRM_URL=https://crm.example", "HTTP_CRM_TOKEN=t")
    write(root, crm)
    with pytest.raises(SettingsError, match=words):
        configured_access(load(root))


@pytest.mark.parametrize(
    "line", ["HTTP_CRM_URL=http://crm.example", "HTTP_CRM_URL=https://u:hidden@crm.example"]
)
def test_an_unsafe_address_is_one_clear_error(root: Path, line: str) -> None:
    """A password in it is shown to nobody."""
    env(root, line, "HTTP_CRM_TOKEN=t")
    with pytest.raises(SettingsError, match="HTTP_CRM_URL must be") as caught:
        configured_access(load(root))
    assert "hidden" not in f"{caught.value}"

"""Why a field was refused, in the language of the reader: every type of error that there can be."""

import ast
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from string import Formatter
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from pydantic import BaseModel

from callrisk.bootstrap.server import create_app
from callrisk.web.app import Server
from callrisk.web.refusal_words import REFUSAL_WORDS, UNKNOWN_QUERY, told_of_status
from callrisk.wire.request_fields import REFUSALS
from callrisk.wire.requests import CallSegmentBody
from harness import ROOT
from harness.small_world import World


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[Server]:
    """The server of the small world, on a database of its own."""
    url = f"sqlite:///{world.settings.root / 'refusal_words.db'}"
    env = world.settings.env.model_copy(update={"database_url": url})
    built = create_app(world.settings.model_copy(update={"env": env}))
    ids = {"call_id": "c", "customer_id": "1001", "agent_id": "a"}
    built.app.test_client().post("/api/start_call", json=ids)
    yield built
    built.state.store.engine.dispose()


@pytest.fixture
def client(server: Server) -> FlaskClient:
    """Another system."""
    return server.app.test_client()


# What each kind of schema of pydantic can raise, and what a limit of it adds.
RAISED: Mapping[str, set[str]] = {
    "any": set(), "nullable": set(), "union": set(), "default": set(), "definitions": set(),
    "model": {"model_type"}, "model-fields": set(), "model-field": set(),
    "str": {"string_type", "string_unicode"}, "bool": {"bool_type"},
    "int": {"int_type", "int_parsing", "int_parsing_size", "int_from_float", "finite_number"},
    "float": {"float_type", "float_parsing", "finite_number"},
    "list": {"list_type"}, "literal": {"literal_error"}, "enum": {"enum"},
    "date": {"date_type"}, "datetime": {"datetime_type"},
    "function-before": {"value_error"}, "function-after": {"value_error"},
}  # fmt: skip
LIMITS = {
    ("str", "min_length"): "string_too_short", ("str", "max_length"): "string_too_long",
    ("str", "pattern"): "string_pattern_mismatch", ("list", "min_length"): "too_short",
    ("list", "max_length"): "too_long", ("int", "ge"): "greater_than_equal",
    ("int", "le"): "less_than_equal", ("float", "ge"): "greater_than_equal",
    ("float", "le"): "less_than_equal",
}  # fmt: skip
UNLIMITED = {
    ("int", "gt"),
    ("int", "lt"),
    ("int", "multiple_of"),
    ("float", "gt"),
    ("float", "lt"),
    ("float", "multiple_of"),
}


def schemas(schema: Any) -> Iterator[Mapping[str, Any]]:
    """Yield a schema of pydantic and all inside it."""
    if isinstance(schema, Mapping):
        if isinstance(schema.get("type"), str) and schema["type"] != "definition-ref":
            yield schema
        for name, value in schema.items():
            if name not in ("metadata", "serialization", "function"):
                yield from schemas(value)
    elif isinstance(schema, list | tuple):
        for one in schema:
            yield from schemas(one)


def types_of(model: type[BaseModel]) -> set[str]:
    """Return the types of the errors that a model can raise."""
    found = set()
    for schema in schemas(model.__pydantic_core_schema__):
        kind = schema["type"]
        assert kind in RAISED, f"{model.__name__}: say what {kind} raises"
        assert not any((kind, name) in UNLIMITED for name in schema), schema
        found |= RAISED[kind] | {LIMITS[kind, name] for name in schema if (kind, name) in LIMITS}
        if kind == "model-fields":
            found.add("missing")
        if schema.get("config", {}).get("extra_fields_behavior") == "forbid":
            found.add("extra_forbidden")
    return found


def models_taken(app: APIFlask) -> set[type[BaseModel]]:
    """Return the models of all bodies and queries, and of the turns of a batch."""
    specs = [getattr(view, "_spec", {}) for view in app.view_functions.values()]
    queries = {model for spec in specs for model, _ in spec.get("args", ())}
    return queries | {spec["body"] for spec in specs if "body" in spec} | {CallSegmentBody}


def test_every_type_of_error_has_words(server: Server) -> None:
    """Of every request that there is."""
    models = models_taken(server.app)
    raised = {one for model in models for one in types_of(model)}

    assert len(models) > 20
    assert {"missing", "extra_forbidden", "too_long", "literal_error", "enum"} <= raised
    assert raised - REFUSAL_WORDS.keys() == set()
    assert REFUSAL_WORDS.keys() - raised - REFUSALS.keys() == set()


def test_the_words_are_of_their_language() -> None:
    """With the same values filled in."""
    for kind, text in REFUSAL_WORDS.items():
        names = [
            sorted(name for _, name, _, _ in Formatter().parse(words) if name)
            for words in (text.ja, text.en)
        ]
        assert names[0] == names[1], kind
        assert text.en.isascii(), kind
        assert not text.ja.isascii(), kind


def test_no_check_of_a_request_raises_words_without_a_type() -> None:
    """Else they came out as they are, in one language."""
    checks = ["request_fields.py", "requests.py", "work/work_requests.py"]
    checks += ["jobs/job_requests.py", "webhooks/webhook_requests.py"]
    for name in checks:
        tree = ast.parse((ROOT / "src/callrisk/wire" / name).read_text(encoding="utf-8"))
        raised = [node for node in ast.walk(tree) if isinstance(node, ast.Raise)]
        told = [ast.unparse(one) for one in raised if "'" in ast.unparse(one)]
        assert all("refusal(" in one for one in told), name


OF_STATUS: Mapping[int, tuple[str, str, bytes, str]] = {
    400: ("POST", "start_call", b"{", "application/json"),
    404: ("GET", "nothing/here", b"", ""), 405: ("DELETE", "calls", b"", ""),
    413: ("POST", "start_call", b"x" * ((1 << 20) + 1), "application/json"),
    415: ("POST", "start_call", b"{}", "text/plain"),
    421: ("GET", "calls", b"", ""),
}  # fmt: skip


@pytest.mark.parametrize("status", OF_STATUS)
def test_a_refusal_by_status_alone_speaks_both_languages(client: FlaskClient, status: int) -> None:
    """Such as those of the libraries, which name the status in English."""
    method, path, body, kind = OF_STATUS[status]
    base = "http://elsewhere.example/" if status == 421 else None
    told = []
    for language in "ja", "en":
        answer = client.open(
            f"/api/{path}", method=method, data=body, content_type=kind or None, base_url=base,
            headers={"Accept-Language": language},
        )  # fmt: skip
        assert answer.status_code == status
        told.append(answer.get_json()["detail"])

    assert not told[0].isascii()
    assert told[1].isascii()
    # A sentence, which says what to do, and not the name of the status.
    assert told[1].endswith(".")


def test_a_status_without_words_of_its_own_has_its_number(server: Server) -> None:
    """In the language of the reader, whatever a library raises."""
    with server.app.test_request_context(headers={"Accept-Language": "ja"}):
        assert told_of_status(HTTPStatus.GONE) == "このリクエストには応えられません（410）。"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_socket_is_refused_in_the_language_of_its_browser(server: Server, language: str) -> None:
    """Events that nobody knows, bodies that are none, and rooms that are not open."""
    ids = {"headers": {"Accept-Language": language}}
    sockets = server.socketio.test_client(server.app, **ids)
    sent: list[tuple[Any, ...]] = [
        ("join_nothing", {}), ("join_call", {"call_id": ""}), ("join_agent", {}),
        ("join_wallboard", {"x": 1}), ("join_wallboard_rows", {"after": -1}),
    ]  # fmt: skip
    told = [sockets.emit(*event, callback=True)["detail"] for event in sent]

    assert [words.isascii() for words in told] == [language == "en"] * len(sent)
    assert "join_nothing" in told[0]


ASKED = {"ja": "ja,en;q=0.5", "en": "en-US,en;q=0.9,ja;q=0.1", "": "", "*": "*"}
NAMES_OF_QUERY = {
    "ja": "この名前は使えないか、2 回あります",
    "en": "Unknown or repeated query name",
}


@pytest.mark.parametrize("language", ASKED)
def test_a_refusal_speaks_the_language_of_the_reader(client: FlaskClient, language: str) -> None:
    """Systems, which ask for none, read English."""
    headers = {"Accept-Language": ASKED[language]} if ASKED[language] else {}
    spoken = "ja" if language == "ja" else "en"

    def told(body: Any, path: str = "start_call") -> dict[str, str]:
        answer = client.post(f"/api/{path}", json=body, headers=headers)
        assert answer.status_code == 422, answer.text
        errors = answer.get_json()["errors"]
        assert all(error["message"] in answer.get_json()["detail"] for error in errors)
        return {error["field"]: error["message"] for error in errors}

    def words(kind: str, **values: object) -> str:
        text = REFUSAL_WORDS[kind]
        return (text.ja if spoken == "ja" else text.en).format(**values)

    turn = {"segment_id": "s", "role": "AGENT", "text": "あ", "begin_ms": 1}
    query = client.get("/api/calls?limit=abc&status=odd", headers=headers).get_json()["errors"]
    odd = client.get("/api/calls?odd=1", headers=headers).get_json()["errors"]

    assert told({"call_id": "a/b", "agent_id": "", "odd": 1, "demo": "yes"}) == {
        "call_id": words("not_addressable"), "agent_id": words("string_too_short", min_length=1),
        "odd": words("extra_forbidden"), "demo": words("bool_type"),
    }  # fmt: skip
    assert told({}) == {"call_id": words("missing"), "agent_id": words("missing")}
    assert told({"segments": [turn]}, "calls/c/segments") == {"segments.0": words("one_time_alone")}
    assert {one["field"]: one["message"] for one in query} == {
        "limit": words("no_digits"),
        "status": words("literal_error", expected="'active', 'ended'"),
    }
    assert [one["message"] for one in odd] == [
        UNKNOWN_QUERY.ja if spoken == "ja" else UNKNOWN_QUERY.en
    ]

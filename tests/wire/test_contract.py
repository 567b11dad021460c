"""The contract with other systems: both documents are valid, complete, and kept."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from openapi_spec_validator import validate

from callrisk.bootstrap.server import create_app
from callrisk.domain.event_types import EventType
from callrisk.settings import load
from callrisk.web.app import Server
from callrisk.wire.events import PAYLOADS
from harness.contract import errors_of, strict, watched
from harness.scripted_call import play, play_without_model
from harness.small_world import World, new_root

HERE = Path(__file__).parent
OPERATIONS = 63


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[Server]:
    """The server of the small world, on a database of its own; its threads do not run."""
    url = f"sqlite:///{world.settings.root / 'contract.db'}"
    env = world.settings.env.model_copy(update={"database_url": url})
    built = create_app(world.settings.model_copy(update={"env": env}))
    yield built
    built.state.store.engine.dispose()


@pytest.fixture(scope="module")
def played(server: Server) -> dict[str, Any]:
    """What the server answered and pushed of the scripted call, and what departs from the rules."""
    with watched(server) as departures:
        return play(server) | {"departures": departures}


@pytest.fixture(scope="module")
def advised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What a server without a model pushed of a call, and what departs from the rules."""
    built = create_app(load(new_root(tmp_path_factory.mktemp("untrained") / "root")))
    with watched(built) as departures:
        yield {"events": play_without_model(built), "departures": departures}
    built.state.store.engine.dispose()


@pytest.fixture(scope="module")
def openapi(server: Server) -> dict[str, Any]:
    """The OpenAPI document."""
    document: dict[str, Any] = server.app.test_client().get("/openapi.json").get_json()
    return document


@pytest.fixture(scope="module")
def asyncapi(server: Server) -> dict[str, Any]:
    """The AsyncAPI document."""
    document: dict[str, Any] = server.app.test_client().get("/asyncapi.json").get_json()
    return document


def operations_of(openapi: dict[str, Any]) -> list[dict[str, Any]]:
    """Every operation of the document."""
    return [operation for path in openapi["paths"].values() for operation in path.values()]


def test_the_openapi_document_is_valid_and_whole(openapi: dict[str, Any]) -> None:
    """Each operation has an answer with schema and example, and its errors as problems."""
    validate(openapi)
    operations = operations_of(openapi)

    assert openapi["openapi"].startswith("3.1")
    assert len(operations) == OPERATIONS
    for operation in operations:
        answers = operation["responses"]
        (success,) = [status for status in answers if status.startswith("2")]
        if success != "204":
            content = answers[success]["content"]["application/json"]
            assert content["schema"]["$ref"].startswith("#/components/schemas/")
            assert content["example"]
        assert {"405", "422", "500"} <= set(answers)
        assert "Allow" in answers["405"]["headers"]
        if "requestBody" in operation and success != "204":
            assert {"400", "413", "415"} <= set(answers)


def test_examples_are_what_the_schemas_say(openapi: dict[str, Any]) -> None:
    """Of requests, answers and problems alike, without a field too many."""
    closed = strict(openapi)
    departures = []
    for operation in operations_of(closed):
        bodies = [operation["requestBody"]] if "requestBody" in operation else []
        for part in (*bodies, *operation["responses"].values()):
            for content in part.get("content", {}).values():
                departures += errors_of(content["example"], content["schema"], closed)

    assert departures == []


def test_the_lines_of_every_example_add_up(openapi: dict[str, Any]) -> None:
    """To the score, the change and what was said, as they do in an answer."""
    examples = list(assessments_in(openapi["paths"]))
    assert len(examples) >= 5
    assert any(one["statements"] for one in examples)
    for one in examples:
        start, cap = one["start_points"], one["cap_points"]
        assert start + one["before_points"] + one["said_points"] + cap == one["risk_score"]
        assert start + points(one["contributions"]) + one["other_points"] + cap == one["risk_score"]
        assert points(one["statements"]) == one["said_points"]
        assert points(one["change"]["because"]) == one["change"]["points"]


def points(lines: list[dict[str, Any]]) -> int:
    """The points of some lines together."""
    return sum(line["points"] for line in lines)


def assessments_in(node: Any) -> Iterator[dict[str, Any]]:
    """Every assessment below a node of a document."""
    if isinstance(node, dict) and "contributions" in node and "risk_score" in node:
        yield node
    elif isinstance(node, dict | list):
        for value in node.values() if isinstance(node, dict) else node:
            yield from assessments_in(value)


def test_the_asyncapi_document_is_valid_and_whole(asyncapi: dict[str, Any]) -> None:
    """It follows the schema of AsyncAPI 3 and has a message for each type of event."""
    schema = json.loads((HERE / "asyncapi-3.0.0.schema.json").read_text(encoding="utf-8"))
    Draft7Validator(schema).validate(asyncapi)

    assert asyncapi["asyncapi"].startswith("3.")
    assert {str(kind) for kind in EventType} <= set(asyncapi["components"]["messages"])
    unlogged = {EventType.SOURCES_CHANGED, EventType.WALLBOARD_CHANGED}
    assert set(PAYLOADS) == set(EventType) - unlogged
    assert_references_resolve(asyncapi, asyncapi)


def assert_references_resolve(node: Any, document: dict[str, Any]) -> None:
    """Every $ref below a node leads somewhere."""
    if isinstance(node, list):
        for value in node:
            assert_references_resolve(value, document)
    elif isinstance(node, dict):
        if isinstance(reference := node.get("$ref"), str):
            target: Any = document
            for step in reference.removeprefix("#/").split("/"):
                target = target[step]
        for value in node.values():
            assert_references_resolve(value, document)


def test_answers_and_events_are_as_described(played: dict[str, Any]) -> None:
    """Every answer and event of the scripted call, each type of event among them."""
    assert played["departures"] == []
    # Advice is an event of its own only while there is no model.
    with_model = {str(kind) for kind in PAYLOADS} - {str(EventType.ADVICE_CHANGED)}
    unlogged = {"joined", str(EventType.WALLBOARD_CHANGED)}
    assert set(played["events"]) == with_model | unlogged
    for name, payloads in played["events"].items():
        if name not in unlogged:
            assert all(payload["seq"] > 0 for payload in payloads)


def fields_of(value: Any, path: str = "") -> set[str]:
    """The paths of all fields of a JSON value, lists left out of them."""
    if isinstance(value, list):
        return {field for member in value for field in fields_of(member, path)}
    if not isinstance(value, dict):
        return set()
    paths = {f"{path}.{name}" for name in value}
    return paths.union(*(fields_of(value[name], f"{path}.{name}") for name in value))


def test_fields_never_disappear(played: dict[str, Any]) -> None:
    """Every field that was ever answered or pushed is there still."""
    promised = set((HERE / "promised_fields.txt").read_text(encoding="utf-8").split())
    found = fields_of({"answers": played["answers"], "events": played["events"]})

    assert promised - found == set()

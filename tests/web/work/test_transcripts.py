"""Transcripts saved by REST: of whose calls, and what the audit has of it."""

from collections.abc import Iterator

import pytest

from harness.ended_calls import EndedCall, ended_call, make_findable
from harness.staffed import Staffed, staffed

PATH = "/api/calls/e-1/transcript"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    """A call of agent-1 that is over."""
    with staffed(tmp_path_factory.mktemp("transcripts") / "root") as made:
        engine = made.server.state.store.engine
        ended_call(engine, EndedCall("e-1", ["今月は少し厳しいです"], notes=["分割を希望"]))
        make_findable(engine)
        yield made


def test_it_has_what_was_said_and_noted(office: Staffed) -> None:
    """In the language of the request."""
    client = office.client("manager")
    japanese = client.get(PATH, headers={"Accept-Language": "ja"}).get_json()
    english = client.get(PATH, headers={"Accept-Language": "en"}).get_json()

    assert japanese["name"] == "e-1.txt"
    assert "[0:01] お客様: 今月は少し厳しいです" in japanese["text"]
    assert "分割を希望" in japanese["text"]
    assert "[0:01] Customer: 今月は少し厳しいです" in english["text"]


def test_each_time_is_noted(office: Staffed) -> None:
    """Also twice within an hour, unlike a look at the call."""
    log = office.server.state.accounts.auditor.log

    def noted() -> int:
        return sum(one.record.deed.action == "read_transcript" for one in log.all())

    before, client = noted(), office.client("supervisor")
    for _ in range(2):
        assert client.get(PATH).status_code == 200
    assert noted() == before + 2


@pytest.mark.parametrize(("login", "status"), [("agent-1", 200), ("agent-3", 404), ("admin", 403)])
def test_only_calls_in_reach_are_saved(office: Staffed, login: str, status: int) -> None:
    """Others are not there."""
    assert office.client(login).get(PATH).status_code == status

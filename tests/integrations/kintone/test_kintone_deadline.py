"""No call outlasts its time, whatever the other end does or does not do."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from callrisk.integrations.kintone import transport
from callrisk.integrations.kintone.client import KintoneClient
from callrisk.integrations.kintone.errors import KintoneError
from callrisk.integrations.kintone.query_builder import Query
from harness.kintone.client_settings import settings_for
from harness.kintone.scripted_server import (
    Answer,
    ScriptedServer,
    dripping,
    dripping_chunk,
    dripping_head,
    late,
    raw,
    silent,
    told,
)

EMPTY = told({"records": []})


def took(client: KintoneClient, within_s: float) -> tuple[KintoneError, float]:
    """The error of a lookup, and the seconds until it came."""
    began = time.monotonic()
    with pytest.raises(KintoneError) as raised:
        client.records(1, Query(), within_s=within_s)
    return raised.value, time.monotonic() - began


@pytest.mark.parametrize("answer", [silent, dripping, dripping_chunk, dripping_head])
def test_an_answer_that_does_not_end_is_cut_off(
    kintone: ScriptedServer, hurried: KintoneClient, answer: Answer
) -> None:
    """Each byte comes in good time, and all of them together do not."""
    kintone.otherwise = answer
    error, seconds = took(hurried, 0.4)

    assert not error.permanent
    assert "did not answer in time" in str(error) or "too late" in str(error)
    assert 0.35 < seconds < 1.0
    assert len(kintone.asked) == 1


def test_pauses_and_tries_share_one_deadline(
    kintone: ScriptedServer, hurried: KintoneClient
) -> None:
    """Five slow failures would last longer than the call may."""
    kintone.otherwise = late(raw(b"", 503), 0.3)
    _, seconds = took(hurried, 0.8)

    assert seconds < 1.2


def test_a_time_out_of_its_own_ends_one_try(kintone: ScriptedServer) -> None:
    """A silent answer costs one try, not the whole call."""
    client = KintoneClient(settings_for(kintone.url, read_timeout_s=0.2))
    kintone.script = [silent]
    kintone.otherwise = EMPTY

    assert client.records(1, Query(), within_s=5) == []


def test_no_time_is_no_request(kintone: ScriptedServer, hurried: KintoneClient) -> None:
    """And says nothing about Kintone."""
    error, _ = took(hurried, 0.0)

    assert not error.permanent
    assert kintone.asked == []
    assert hurried.state.since is None


def test_a_line_that_was_cut_is_not_used_again(
    kintone: ScriptedServer, hurried: KintoneClient
) -> None:
    """The next call opens another one."""
    kintone.script = [dripping, EMPTY]
    took(hurried, 0.2)

    assert hurried.records(1, Query()) == []
    assert kintone.connections == 2


def test_eight_are_under_way_and_the_ninth_waits(kintone: ScriptedServer) -> None:
    """Its wait is part of its time; it says nothing about Kintone."""
    client = KintoneClient(settings_for(kintone.url))
    gate = threading.Event()
    kintone.otherwise = lambda handler, asked: (gate.wait(10), EMPTY(handler, asked))[1]
    with ThreadPoolExecutor(8) as pool:
        under_way = [pool.submit(client.records, 1, Query()) for _ in range(8)]
        while len(kintone.asked) < 8:
            time.sleep(0.01)
        error, seconds = took(client, 0.3)
        gate.set()

        assert [one.result() for one in under_way] == [[]] * 8
    assert "8 requests are still under way" in str(error)
    assert 0.25 < seconds < 1.0
    assert client.state.since is None
    assert len(kintone.asked) == 8


def test_many_threads_share_one_client(kintone: ScriptedServer, hurried: KintoneClient) -> None:
    """Every request is counted, on no more lines than may be under way."""
    kintone.otherwise = EMPTY
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: hurried.records(1, Query()), range(200)))

    assert hurried.requests_today == {1: 200}
    assert kintone.connections <= 8


def test_an_answer_without_end_is_not_kept(
    kintone: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is larger than any answer of Kintone is let go before it fills the memory."""
    monkeypatch.setattr(transport, "_LARGEST_BODY", 1_000)
    client = KintoneClient(settings_for(kintone.url))
    kintone.otherwise = told({"records": [], "padding": "x" * 2_000})
    with pytest.raises(KintoneError, match="broke off"):
        client.records(1, Query())

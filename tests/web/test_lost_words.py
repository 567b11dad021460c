"""A call of which words cannot be decrypted, as it is answered."""

from datetime import UTC, datetime
from pathlib import Path

from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.web.routes.calls import UNREADABLE
from harness.staffed import staffed


def test_rows_whose_key_is_lost_say_so(tmp_path: Path) -> None:
    """503 while there is no key; then the rows of before, and none of those that came after."""
    with staffed(tmp_path / "root") as office:
        feeder, agent = office.client(key="feeder"), office.client("agent-1")
        turn = {
            "segment_id": "s1",
            "role": "CUSTOMER",
            "text": "払います",
            "begin_ms": 0,
            "end_ms": 9,
        }
        fed = feeder.post("/api/calls/c-own/segments", json={"segments": [turn]})
        assert fed.status_code == 200, fed.text
        note = {"agent_id": "agent-1", "text": "前のメモ"}
        agent.post("/api/calls/c-own/notes", json=note)
        with office.server.state.store.engine.connect() as connection:
            keys = cipher_of(connection).keys
        keys.retire(["c-own"], datetime.now(UTC))
        with keys.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM data_keys WHERE call_id = 'c-own'")
        assert agent.get("/api/calls/c-own").status_code == 503
        agent.post("/api/calls/c-own/notes", json=note | {"text": "後のメモ"})
        told = agent.get("/api/calls/c-own").get_json()

    assert [one["text"] for one in told["segments"]] == [UNREADABLE.en]
    assert [one["text"] for one in told["notes"]] == [UNREADABLE.en, "後のメモ"]

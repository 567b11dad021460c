"""The rows of calls: as the log says, whenever they were read, and of calls in progress alone."""

from callrisk.live.call_rows import CallRows
from callrisk.store.working.note_writing import NewNote
from callrisk.wire.call import ESCALATION
from callrisk.wire.sockets.wallboard import WallboardRow
from harness.live_bench import Bench, talk


def taken(bench: Bench, rows: CallRows) -> dict[str, WallboardRow]:
    """Take in what was published since, twice as after a failure; return the rows that changed."""
    for _ in range(2):
        for event in bench.published:
            rows.take(event)
    bench.published.clear()
    changed = rows.changed()
    return {row.call_id: row for row in changed.rows} if changed else {}


def everything(rows: CallRows) -> dict[str, WallboardRow]:
    """All rows, without the event of the log that changed them last."""
    return {row.call_id: row.model_copy(update={"last_seq": 0}) for row in rows.every().rows}


def test_a_row_has_the_score_that_was_pushed(bench: Bench) -> None:
    """That of the newest assessment; words alone change nothing."""
    rows = CallRows(bench.queries)
    assert rows.every().rows == []
    bench.start("c-1")
    bench.live.step()
    begun = taken(bench, rows)["c-1"]
    talk(bench, "c-1", 20)
    scored = bench.told("risk_score_update")[-1]
    shown = taken(bench, rows)["c-1"]

    assert (begun.agent_id, str(begun.state), begun.alerted) == ("agent-1", "listening", False)
    assert (shown.assessment_seq, shown.last_seq) == (scored.seq, scored.seq)
    told = scored.payload
    assert [shown.risk_score, str(shown.risk_category), str(shown.state), shown.change_points] == [
        told["risk_score"], told["risk_category"], "live", told["change"]["points"]
    ]  # fmt: skip
    assert rows.through_seq == bench.queries.last_seq()
    assert taken(bench, rows) == {}


def test_rows_read_later_are_those_that_were_kept(bench: Bench) -> None:
    """A server that starts among calls shows what another one shows."""
    kept = CallRows(bench.queries)
    kept.every()
    for call_id in ("c-1", "c-2"):
        bench.start(call_id)
    talk(bench, "c-1", 20)
    note = NewNote("c-1", ESCALATION, "agent-1", "見てください", bench.clock())
    bench.store.add_note(note)
    bench.live.step()
    taken(bench, kept)
    read = CallRows(bench.queries)

    assert everything(read) == everything(kept)
    assert everything(read)["c-1"].escalated
    assert everything(read)["c-1"].assessment_seq
    assert read.changed() is None


def test_an_ended_call_is_told_and_dropped(bench: Bench) -> None:
    """With its last score; once more when a turn that comes late changes it."""
    rows = CallRows(bench.queries)
    bench.start("c-1")
    talk(bench, "c-1", 20)
    taken(bench, rows)
    summary = bench.live.finish("c-1")
    ended = taken(bench, rows)["c-1"]
    left = everything(rows)
    talk(bench, "c-1", 1, begin=20)
    late = taken(bench, rows)["c-1"]

    assert (ended.ended_at, str(ended.state)) == (summary["ended_at"], "final")
    assert ended.risk_score == summary["final_risk_score"]
    assert (late.assessment_seq or 0) > (ended.assessment_seq or 0)
    assert left == everything(rows) == {}


def test_a_row_says_whether_an_escalation_waits(bench: Bench) -> None:
    """Until it is answered; two wait until both are."""
    rows, store = CallRows(bench.queries), bench.store
    rows.every()
    bench.start("c-1")

    def noted(kind: str, **facts: int) -> int:
        note = NewNote("c-1", kind, "agent-1", "", bench.clock(), facts=facts)
        added = store.add_note(note)
        bench.live.step()
        return added.note_id

    def waits() -> bool:
        taken(bench, rows)
        assert everything(CallRows(bench.queries)) == everything(rows)
        return everything(rows)["c-1"].escalated

    first, second = noted("escalation"), noted("escalation")
    noted("escalation_seen", about=first)
    assert waits()
    noted("escalation_answer", about=first)
    assert waits()
    noted("undo", about=second)
    assert not waits()

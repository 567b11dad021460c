"""One meaning everywhere: a spreadsheet row and a live stream become the same numbers."""

from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from callrisk.data_folder import call_export
from callrisk.domain.call import CallState, CallTotals
from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind
from callrisk.domain.customer import Customer
from callrisk.domain.features.history import CallHistory, EarlierCall, history_before
from callrisk.domain.language import packaged
from callrisk.domain.language.said import said_in
from callrisk.domain.score.account import SaidPoints, ToldAccount
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.integrations.amazon.contact_lens import Arrival, ContactLens
from callrisk.integrations.recordings import events, recordings
from callrisk.integrations.spreadsheet.call_export import (
    ExportFormat,
    FurtherColumns,
    calls_of,
)
from callrisk.integrations.spreadsheet.rows import open_table
from callrisk.integrations.spreadsheet.transcripts import SpeakerTags
from callrisk.live.live_call import LiveCall
from callrisk.live.served_model import ServedModel
from callrisk.model import RiskModel
from callrisk.pipeline.dataset import END, Prepared
from callrisk.pipeline.preparation.snapshots import snapshots_of
from callrisk.pipeline.preparation.transcript_reader import TranscriptReader
from callrisk.store.database import open_database
from callrisk.store.intake import Contacts, Delivery
from callrisk.store.queries import Queries
from harness.echo_language import EchoLanguage
from harness.key_rings import KEYS
from harness.live_bench import Bench
from harness.small_world import World

turns = SpeakerTags().turns

CUSTOMER = ParticipantRole.CUSTOMER
DICTATED = "(AGENT)番号をお願いします\n(CUSTOMER)090の\n(AGENT)はい\n(CUSTOMER)12345678です"
ON_HOLD = "\n".join(
    (
        "(AGENT)少々お待ちください",
        *["(CUSTOMER)ご視聴ありがとうございました"] * 20,
        "(AGENT)お支払いは",
        *["(CUSTOMER)今月は払えません"] * 3,
        "(AGENT)はい",
        "(CUSTOMER)1234",
        "(CUSTOMER)今月は払えません",
        *["(AGENT)お待たせしております"] * 2,
    )
)
MOST_CALLS = 25
EVERY = 12


def exported(world: World) -> ExportFormat:
    """What the columns of the sample are called."""
    settings = world.settings
    return ExportFormat(**dict(settings.export_columns), **dict(settings.labels))


def streamed(
    spoken: list[tuple[ParticipantRole, str]], reader: TranscriptReader
) -> list[CallTotals]:
    """The totals before the first turn of a transcript and after each, given one at a time."""
    state = CallState(reader.concerns)
    says = {turn.segment_id: statements for turn, statements in reader.turns(spoken)}
    so_far = [state.totals()]
    for number, (role, text) in enumerate(spoken):
        state.add(Segment(f"s{number}", number, role, text), says.get(str(number), ()))
        so_far.append(state.totals())
    return so_far


@pytest.mark.slow
def test_an_exported_transcript_equals_the_same_turns_streamed(world: World) -> None:
    """For calls all over the export, at every cut, at every share and at the end."""
    table, reader = open_table(call_export(world.settings.raw_dir)), TranscriptReader(packaged())
    calls = islice(calls_of(table, exported(world), FurtherColumns()), 0, None, EVERY)
    for transcript in [ON_HOLD, *(call.transcript for call in calls)]:
        spoken = turns(transcript)
        found, live = snapshots_of(spoken, reader), streamed(spoken, reader)
        assert found.totals == live[-1]
        for cut, at_cut in found.snapshots:
            assert at_cut == live[-1 if cut == END else cut]
        for share, at_share in found.shares:
            assert at_share == live[len(spoken) * share // 100]


def test_an_exported_transcript_says_what_the_same_turns_stored_say(
    world: World, tmp_path: Path
) -> None:
    """Masked and read as a whole, or turn by turn on the way into the store."""
    language, engine = EchoLanguage(), open_database(f"sqlite:///{tmp_path / 'calls.db'}", KEYS)
    contacts, queries, now = Contacts(engine, language), Queries(engine), datetime.now(UTC)
    reader = TranscriptReader(language)
    table = open_table(call_export(world.settings.raw_dir))
    calls = islice(calls_of(table, exported(world), FurtherColumns()), 12)
    for number, transcript in enumerate([DICTATED, ON_HOLD, *(call.transcript for call in calls)]):
        spoken = turns(transcript)
        for place, (role, text) in enumerate(spoken):
            heard = Segment(f"s{place}", place, role, text)
            event = AnalysisEvent(f"c{number}", AnalysisKind.SEGMENTS, now, (heard,))
            contacts.take(Delivery([event], now))
        stored = queries.turns(f"c{number}")
        said = [(one.turn.text, one.statements) for one in stored if one.turn.role is CUSTOMER]

        assert len(stored) == len(spoken) > 0
        assert [(turn.text, says) for turn, says in reader.turns(spoken)] == said
    assert queries.turns("c0")[3].turn.text == "●●●●●●●●です"
    engine.dispose()


@pytest.mark.parametrize("order", ["as spoken", "backwards", "shuffled"])
def test_an_exported_call_and_the_same_turns_stored_have_one_account(
    bench: Bench, world: World, order: str
) -> None:
    """Totals, score and every line of all calls are the same bits, in any order of arrival."""
    served = ServedModel(RiskModel.load(world.run.model_folder))
    reader = TranscriptReader(packaged())
    table = open_table(call_export(world.settings.raw_dir))
    rng = np.random.default_rng(4)
    transcripts: dict[str, list[tuple[ParticipantRole, str]]] = {
        "dictated": turns(DICTATED),
        "on hold": turns(ON_HOLD),
    }
    for call in islice(calls_of(table, exported(world), FurtherColumns()), MOST_CALLS):
        transcripts[call.call_id] = turns(call.transcript)
    for number, call_id in enumerate(transcripts):
        # Every other caller has no record, and none has an earlier call.
        bench.start(call_id, str(1001 + number) if number % 2 else None)
    # From here on the calls are known, and their turns are followed as they come.
    bench.live.step()
    for call_id, spoken in transcripts.items():
        heard = [Segment(str(n), n, role, text) for n, (role, text) in enumerate(spoken)]
        if order == "shuffled":
            rng.shuffle(heard)  # type: ignore[arg-type]
        for turn in heard if order != "backwards" else heard[::-1]:
            bench.intake.add_segments(call_id, [turn])
    # All are scored at once here, and one by one offline.
    bench.clock.pass_seconds(1)
    bench.live.step()

    moved = 0
    for call_id, spoken in transcripts.items():
        live = bench.live.call(call_id)
        state, told = live.state, live.told
        offline = snapshots_of(spoken, reader).totals
        assert state.totals() == offline
        assert told == _offline_account(served, reader, spoken, live)
        moved += sum(abs(one.points) for one in told.said)
    assert moved > 100
    assert bench.live.call("on hold").state.totals().customer_turns == 4


def _offline_account(
    served: ServedModel, reader: TranscriptReader, spoken: list[tuple[ParticipantRole, str]],
    live: LiveCall,
) -> ToldAccount:  # fmt: skip
    """The account of a transcript with the record and history of a live call."""
    said = said_in(reader.turns(spoken), reader.concerns)
    totals = snapshots_of(spoken, reader).totals
    x = served.matrix([totals], [live.history], [live.customer], [live.stored.started_at])
    scores = served.model.assess_many(x)
    (account,) = served.model.accounts(scores, served.paths([said]))
    assert account.score == scores.lines[0].score
    names = served.model.features
    return ToldAccount(
        model_version=served.model.version,
        score=account.score,
        start=account.start,
        known=tuple((names[n], points) for n, points in enumerate(account.known) if points),
        said=tuple(
            SaidPoints(
                one.segment_id, one.statement.begin, one.statement.end, str(one.intent), points
            )
            for one, points in zip(said.statements, account.said, strict=True)
        ),
        cap=account.cap,
    )


def test_a_recorded_call_in_any_order_ends_the_same(world: World) -> None:
    """Shuffled and repeated events of a recording give the totals of the recording in order."""
    for recording in recordings(world.settings.raw_dir / "recorded_calls"):
        heard = [
            turn
            for number, recorded in enumerate(events(recording))
            if (event := ContactLens().event_of(recorded.event, Arrival(number, datetime.now(UTC))))
            for turn in event.turns
        ]
        heard.sort(key=lambda turn: turn.place)
        read = packaged().read([(turn.role, turn.text) for turn in heard])
        straight, shuffled = CallState(), CallState()
        for turn, statements in zip(heard, read, strict=True):
            straight.add(turn, statements)
        again = list(zip(heard, read, strict=True)) * 2
        np.random.default_rng(3).shuffle(again)  # type: ignore[arg-type]
        for turn, statements in again:
            shuffled.add(turn, statements)

        assert len(heard) > 10
        assert len(straight.said.statements) > 0
        assert straight.said == shuffled.said
        assert straight.totals() == shuffled.totals()


def test_offline_and_live_features_and_scores_are_equal(
    world: World, records: dict[str, Customer]
) -> None:
    """The end row of every call, from the training matrix and from the live path: the same bits."""
    dataset = world.dataset
    prepared = dataset.prepared
    served = ServedModel(RiskModel.load(world.run.model_folder))
    rows = np.flatnonzero(dataset.latest)
    calls = [_call_at_end(dataset.call[row], prepared, records) for row in rows]
    live = served.matrix(*zip(*calls, strict=True))

    np.testing.assert_array_equal(dataset.x[rows], live)
    offline, online = (served.model.assess_many(x) for x in (dataset.x[rows], live))
    assert offline.lines == online.lines


def _call_at_end(
    number: int, prepared: Prepared, records: dict[str, Customer]
) -> tuple[CallTotals, CallHistory | None, Customer | None, datetime]:
    call = prepared.calls[number]
    earlier = [
        EarlierCall(one.call_id, one.began_at, one.totals)
        for one in prepared.calls
        if one.customer_id == call.customer_id and one.began_at is not None
    ]
    assert call.began_at is not None
    history = history_before(call.began_at, earlier)
    return call.totals, history, records.get(call.customer_id), call.began_at

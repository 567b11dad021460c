"""One record, one Customer: what Kintone says live is what the table says offline."""

from datetime import UTC, datetime

from callrisk.data_folder import customer_table
from callrisk.domain.call import CallState
from callrisk.domain.features.history import history_before
from callrisk.domain.language import packaged
from callrisk.domain.segment import Segment
from callrisk.integrations.amazon.contact_lens import Arrival, ContactLens
from callrisk.integrations.kintone.client import KintoneClient, KintoneSettings
from callrisk.integrations.kintone.customers.customer_mapping import FieldMap, read_customer
from callrisk.integrations.kintone.customers.customers_app import CustomersApp
from callrisk.integrations.recordings import Recording, events, recordings
from callrisk.integrations.spreadsheet.customer_table import CustomerFormat, read_customers
from callrisk.live.served_model import ServedModel
from callrisk.model import RiskModel
from callrisk.settings import Settings
from harness.kintone.crm_bench import Desk, start_server
from harness.small_world import World
from kintone_stand_in import demo

AT = datetime(2026, 1, 1, tzinfo=UTC)


def test_every_customer_of_the_sample_is_the_same(world: World) -> None:
    """Numbers, choices and blanks, bit for bit."""
    settings, table = world.settings, customer_table(world.settings.raw_dir)
    assert table is not None
    columns = CustomerFormat(**dict(settings.customer_columns), fields=settings.customer_fields)
    offline = read_customers(table, columns)
    with demo(table) as kintone:
        access = KintoneSettings(
            base_url=kintone.url, tokens={no: app.token for no, app in kintone.apps.items()}
        )
        app = CustomersApp(KintoneClient(access), 1, FieldMap(**settings.kintone_columns))
        assert app.problems() == []
        field_map = FieldMap(**settings.kintone_columns)
        codes = app.codes()
        read = [read_customer(one, field_map, AT) for page in app.pages(codes) for one in page]
        live = [one.record.customer for one in read]

    assert {one.customer_id: one.values for one in live} == {
        one: customer.values for one, customer in offline.items()
    }
    assert any(None in one.values.values() for one in live)


def test_a_replayed_call_ends_with_the_offline_score_of_its_record(
    world: World, untabled: Settings
) -> None:
    """Live: turn by turn, the record from Kintone. Offline: the whole call, the table's record."""
    settings, table = world.settings, customer_table(world.settings.raw_dir)
    assert table is not None
    columns = CustomerFormat(**dict(settings.customer_columns), fields=settings.customer_fields)
    offline = read_customers(table, columns)
    served = ServedModel(RiskModel.load(world.run.model_folder))
    with demo(table) as kintone:
        tokens = {number: app.token for number, app in kintone.apps.items()}
        server = start_server(untabled, kintone, "same", tokens)
        desk = Desk(server, kintone, server.app.test_client())
        for recording in recordings(settings.raw_dir / "recorded_calls"):
            call_id = recording.path.stem
            began = desk.post(
                "start_call", call_id=call_id, customer_id=recording.customer_id, agent_id="a"
            )
            assert began["customer_search"]["state"] == "found"
            turns = spoken(recording)
            for turn in turns:
                server.state.intake.add_segments(call_id, [turn])
            state = whole_call(turns)
            summary = desk.post("end_call", call_id=call_id)["summary"]
            customer = offline[recording.customer_id]
            history = history_before(AT, [])
            x = served.matrix([state.totals()], [history], [customer], [AT])
            scores = served.model.assess_many(x)
            (account,) = served.model.accounts(scores, served.paths([state.said]))
            assert summary["final_risk_score"] == account.score
            assert len(turns) > 10
            assert any(account.said)
        server.stop()
        server.state.store.engine.dispose()


def whole_call(turns: list[Segment]) -> CallState:
    """A call as it is read once it is over."""
    state = CallState()
    in_order = sorted(turns, key=lambda turn: turn.place)
    read = packaged().read([(turn.role, turn.text) for turn in in_order])
    for turn, statements in zip(in_order, read, strict=True):
        state.add(turn, statements)
    return state


def spoken(recording: Recording) -> list[Segment]:
    """The finished turns of a recording, in the order of their arrival."""
    lens = ContactLens()
    heard = [
        lens.event_of(one.event, Arrival(number, AT))
        for number, one in enumerate(events(recording))
    ]
    return [turn for event in heard if event is not None for turn in getattr(event, "turns", ())]

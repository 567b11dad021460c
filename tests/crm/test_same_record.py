"""One record, one Customer: what Kintone says live is what the table says offline."""

from datetime import UTC, datetime

from small_world import World

from callrisk.integrations.kintone.client import KintoneClient, KintoneSettings
from callrisk.integrations.kintone.customers import CustomersApp, FieldMap, found_in
from callrisk.integrations.spreadsheet.customer_table import CustomerFormat, read_customers
from callrisk.sample.kintone import demo

AT = datetime(2026, 1, 1, tzinfo=UTC)


def test_every_customer_of_the_sample_is_the_same(world: World) -> None:
    """Numbers, choices and blanks, bit for bit."""
    settings, table = world.settings, world.settings.customer_table
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
        live = [found_in(one, field_map, AT).customer for page in app.pages() for one in page]

    assert {one.customer_id: one.values for one in live} == {
        one: customer.values for one, customer in offline.items()
    }
    assert any(None in one.values.values() for one in live)

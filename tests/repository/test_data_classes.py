"""Every column of both databases has a class in docs/data.md, and one alone."""

import re
from collections import Counter

from callrisk.store.ciphers.key_tables import key_metadata
from callrisk.store.schema import metadata
from harness import ROOT

_ROW = re.compile(r"^\| (\w+) \| (cipher|hashed|emptied|id|staff|plain) \| (.*) \|$", re.MULTILINE)


def test_every_column_has_a_class() -> None:
    """A new column is looked at before it holds anything."""
    page = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    listed = Counter(
        (table, name)
        for table, _, names in _ROW.findall(page)
        for name in names.strip("`").split("` `")
    )
    stored = {
        (table.name, column.name)
        for of_one in (metadata, key_metadata)
        for table in of_one.tables.values()
        for column in table.columns
    }

    assert set(listed) == stored
    assert max(listed.values()) == 1

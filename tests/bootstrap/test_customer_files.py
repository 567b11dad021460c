"""The files that a customer is erased from: tables that were pulled from a CRM among them."""

from pathlib import Path

import pytest

from callrisk.bootstrap.customer_data.customer_files import beyond, without
from callrisk.settings import load
from harness import ROOT


@pytest.mark.parametrize("name", ["顧客_Kintone.csv", "顧客_CRM_DEMO.csv"])
def test_a_customer_is_taken_out_of_a_pulled_table(tmp_path: Path, name: str) -> None:
    """Its heading is the column of config.py, also where the CRM calls the field otherwise."""
    settings = load(ROOT).model_copy(update={"root": tmp_path})
    kintone = settings.kintone.model_copy(update={"field_codes": {"レコード番号": "customer_no"}})
    settings = settings.model_copy(update={"kintone": kintone})
    settings.raw_dir.mkdir(parents=True)
    path = settings.raw_dir / name
    path.write_text("レコード番号,氏名\n1001,仮名\n1002,見本\n", encoding="utf-8-sig")
    (rewritten,) = without(settings, "1001")
    assert rewritten.path == path
    assert "仮名" not in rewritten.content.decode()
    assert "見本" in rewritten.content.decode()
    assert list(beyond(settings, "1001")) == []

"""What is said about Amazon Connect in config.py and the environment, and does not fit."""

import runpy
from pathlib import Path

import pytest

from callrisk.settings import SettingsError, load
from callrisk.store.ciphers.key_ring import ring_json
from harness import ROOT
from harness.key_rings import RING
from harness.small_world import new_root


@pytest.mark.parametrize("left_out", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_half_a_pair_of_keys_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left_out: str
) -> None:
    """One key without the other would be ignored, or refused by AWS as a wrong signature."""
    monkeypatch.delenv(left_out)
    with pytest.raises(SettingsError, match="go together"):
        load(new_root(tmp_path / "house"))


def test_no_keys_leave_it_to_a_role(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both empty is how a machine with a role is set up."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "")

    assert load(new_root(tmp_path / "house")).env.aws_access_key_id == ""


def test_the_category_does_not_overwrite_the_customer(tmp_path: Path) -> None:
    """Writing the category where the customer's number is read from would lose the customer."""
    root = new_root(tmp_path / "house")
    text = (root / "config.py").read_text(encoding="utf-8")
    wrong = text.replace('"risk_attribute": ""', '"risk_attribute": "customer_id"')
    (root / "config.py").write_text(wrong, encoding="utf-8")

    with pytest.raises(SettingsError, match="overwrite"):
        load(root)


def test_the_lambda_takes_no_record_without_the_key_ring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever APP_ENV says: the batch fails, and AWS keeps it until the ring is there."""
    root = new_root(tmp_path / "house")
    source = ROOT / "deploy" / "lambda" / "lambda_function.py"
    (root / "lambda_function.py").write_text(source.read_text("utf-8"), "utf-8")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'calls.db'}")
    monkeypatch.delenv("KEY_RING")
    handler = runpy.run_path(str(root / "lambda_function.py"))["handler"]
    with pytest.raises(SettingsError, match="keys new"):
        handler({"Records": []}, None)
    monkeypatch.setenv("KEY_RING", ring_json(RING))

    assert handler({"Records": []}, None) == {"batchItemFailures": []}

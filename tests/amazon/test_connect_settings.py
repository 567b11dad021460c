"""What is said about Amazon Connect in config.py and the environment, and does not fit."""

from pathlib import Path

import pytest
from small_world import new_root

from callrisk.settings import SettingsError, load


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

"""One value for each name of .env: for the programs and for run.py, which reads it without them."""

from pathlib import Path

import pytest

from callrisk.settings import SettingsError, load
from harness.small_world import new_root
from launcher.env_file import setting

NAME = "TRUSTED_HOSTS"


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        ([f"{NAME}=a.example"], "a.example"),
        ([f'  export {NAME} = "a.example"  # ours'], "a.example"),
        ([f"{NAME}=", f"{NAME}="], ""),
        ([f"{NAME}=a.example", f"{NAME}=a.example"], "a.example"),
        ([f"#{NAME}=b.example", f"{NAME}=a.example"], "a.example"),
    ],
)
def test_both_readers_find_one_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str], value: str
) -> None:
    """What run.py announces is what the programs answer to."""
    monkeypatch.delenv(NAME, raising=False)
    root = new_root(tmp_path / "root")
    (root / ".env").write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert setting(root, NAME) == value
    assert load(root).env.trusted_hosts == value


def test_an_empty_variable_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For both readers."""
    monkeypatch.setenv(NAME, "")
    root = new_root(tmp_path / "root")
    (root / ".env").write_text(f"{NAME}=a.example\n", encoding="utf-8")

    assert (setting(root, NAME), load(root).env.trusted_hosts) == ("", "")


@pytest.mark.parametrize("second", ["", "b.example"])
def test_two_values_of_one_name_stop_a_program(tmp_path: Path, second: str) -> None:
    """The second would undo the first, which nobody would see; no value is told."""
    root = new_root(tmp_path / "root")
    lines = f"{NAME}=a.example\nAPI_PORT=5000\n{NAME.lower()}={second}\n"
    (root / ".env").write_text(lines, encoding="utf-8")

    with pytest.raises(SettingsError, match=NAME) as caught:
        load(root)
    assert "example" not in str(caught.value)

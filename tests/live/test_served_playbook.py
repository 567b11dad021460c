"""The playbook that is served: read again when its file changes, kept where it has a fault."""

import os
from pathlib import Path

from callrisk.live.served_playbook import ServedPlaybook


def written(file: Path, text: str, at: int) -> Path:
    """The file with this text, of a moment of its own."""
    file.write_text(text, encoding="utf-8")
    os.utime(file, (at, at))
    return file


def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    """One that is the same is not; a fault changes nothing and is told until it is mended."""
    file = tmp_path / "playbook.toml"
    served = ServedPlaybook(file)
    own = len(served.current.plays)
    assert (served.check().ok, served.check().detail) == (True, f"{own} plays")
    assert not served.refresh()

    written(file, "[[play]\n", 1_000)
    assert not served.refresh()
    check = served.check()
    assert (check.ok, len(served.current.plays)) == (False, own)
    assert check.detail == check.message_en
    assert "has a fault" in check.detail
    assert "誤り" in (check.message or "")
    file.unlink()
    assert not served.refresh()
    assert served.check().ok


def test_the_words_are_those_of_the_plays(tmp_path: Path) -> None:
    """Both change together."""
    served = ServedPlaybook(tmp_path / "none.toml")
    words = served.words

    assert not served.refresh()
    assert served.words is words

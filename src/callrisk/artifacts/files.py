"""Atomic writes: files and folders are there whole or not at all."""

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from callrisk.background.replacing import replace_when_free
from callrisk.domain.wording import Text


class ArtifactError(RuntimeError):
    """A model version is missing, damaged or foreign; the message says which and what to do."""

    def __init__(self, en: str, ja: str) -> None:
        super().__init__(en)
        self.text = Text(ja, en)


def shown_path(path: Path, models: Path) -> str:
    """Return a path as shown on screens, without the folder of the installation."""
    return path.relative_to(models.parent).as_posix()


def write_folder(target: Path, files: Mapping[str, str | bytes]) -> None:
    """Write a folder of files atomically: beside it first, then renamed into place."""
    with new_folder(target) as draft:
        for name, content in files.items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder beside `target` that becomes it in the end; none of it where not.

    Raise ArtifactError if `target` exists, or if the folder is held: then its content stays.
    """
    draft = _draft_folder(target)
    try:
        yield draft
    except BaseException:  # a full disk is not filled further by what is of no use
        shutil.rmtree(draft, ignore_errors=True)
        raise
    _install_folder(draft, target)


def _draft_folder(target: Path) -> Path:
    if target.exists():
        raise ArtifactError(
            f"{target}: exists already; nothing was overwritten",
            f"{target}: すでにあります。何も上書きしていません",
        )
    draft = draft_of(target)
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    return draft


def draft_of(target: Path) -> Path:
    """Return where a folder is written before it is whole."""
    return target.with_name(f".{target.name}.draft")


def _install_folder(draft: Path, target: Path) -> None:
    try:
        replace_when_free(draft, target)
    except PermissionError as error:
        raise ArtifactError(
            f"{target}: cannot be put in its place ({error.strerror}): another program holds "
            f"{draft.name}, or the folder may not be written. Nothing is lost: close that program "
            f"and rename {draft.name} to {target.name}",
            f"{target}: 保存先に移せません（{error.strerror}）。ほかのプログラムが {draft.name} を"
            "開いているか、フォルダーに書き込めません。内容は残っています。"
            f"そのプログラムを閉じ、{draft.name} の名前を {target.name} に変えてください",
        ) from error


def write_file(target: Path, content: str | bytes) -> None:
    """Write one file atomically and durably."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        # Line ends of text are those of the system, as they always were.
        text = content.replace("\n", os.linesep) if isinstance(content, str) else content
        with draft.open("wb") as file:
            file.write(text.encode("utf-8") if isinstance(text, str) else text)
            file.flush()
            os.fsync(file.fileno())
        replace_when_free(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def append_line(target: Path, line: str) -> None:
    """Append a line durably; a line that a power cut left unfinished stays a line of its own."""
    with target.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            line = line if file.read(1) == b"\n" else f"\n{line}"
        # One write at the end of the file, so that two programs never mix their lines.
        file.write(f"{line}\n".encode())
        file.flush()
        os.fsync(file.fileno())

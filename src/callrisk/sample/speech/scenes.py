"""The scenes that calls are made of, read from the text files beside this module."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

ROLES = {"A": "AGENT", "C": "CUSTOMER", "S": "SILENCE"}
_MOODS = {"(+)": 1, "(-)": -1}
_HEADER = re.compile(r"== (\w+) (\S+) (\d+)$")
_LINE = re.compile(r"([ACS]): (.+)$")
_MOOD = re.compile(r"\s*(\([+-]\))$")


@dataclass(frozen=True, slots=True)
class Saying:
    """Words with their alternatives and slots, and the mood one would hear in them: -1, 0 or 1."""

    words: str
    mood: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a scene; `curt` is what an evasive customer says instead."""

    role: str
    open: Saying
    curt: Saying


@dataclass(frozen=True, slots=True)
class Scene:
    """Exchanges about one matter, in the order in which they would come up."""

    kind: str
    name: str
    weight: int
    exchanges: tuple[tuple[Line, ...], ...]

    @property
    def lines(self) -> list[Line]:
        """The lines of all exchanges."""
        return [line for exchange in self.exchanges for line in exchange]


def read_scenes() -> tuple[Scene, ...]:
    """All scenes in the order of a call."""
    folder = files("callrisk.sample.speech") / "scenes"
    texts = sorted(
        (entry.name, entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".txt")
    )
    return tuple(scene for _, text in texts for scene in parse(text))


def parse(text: str) -> Iterator[Scene]:
    """The scenes of one file; ValueError for a line that is none."""
    blocks = re.split(r"(?m)^(?=== )", text)
    for block in blocks:
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        if any(line.strip() for line in lines):
            yield _scene(lines)


def _scene(lines: list[str]) -> Scene:
    header = _HEADER.match(lines[0])
    if header is None:
        raise ValueError(f"no scene header: {lines[0]!r}")
    paragraphs = "\n".join(lines[1:]).strip().split("\n\n")
    exchanges = tuple(tuple(map(_line, paragraph.splitlines())) for paragraph in paragraphs)
    return Scene(header[1], header[2], int(header[3]), exchanges)


def _line(text: str) -> Line:
    match = _LINE.match(text)
    if match is None:
        raise ValueError(f"no line of a scene: {text!r}")
    said, _, instead = match[2].partition(" // ")
    return Line(ROLES[match[1]], _saying(said), _saying(instead or said))


def _saying(text: str) -> Saying:
    marked = _MOOD.search(text)
    if marked is None:
        return Saying(text.strip(), 0)
    return Saying(text[: marked.start()].strip(), _MOODS[marked[1]])

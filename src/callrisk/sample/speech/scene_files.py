"""The scenes of calls, parsed from the text files beside this module."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

ROLES = {"A": "AGENT", "C": "CUSTOMER", "S": "SILENCE"}
_SENTIMENTS = {"(+)": 1, "(-)": -1}
_HEADER = re.compile(r"== (\w+) (\S+) (\d+)$")
_LINE = re.compile(r"([ACS]): (.+)$")
_SENTIMENT = re.compile(r"\s*(\([+-]\))$")


@dataclass(frozen=True, slots=True)
class LineText:
    """The words of a line with alternatives and slots, and their sentiment: -1, 0 or 1."""

    words: str
    sentiment: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a scene; `curt` is the text of an evasive customer."""

    role: str
    open: LineText
    curt: LineText


@dataclass(frozen=True, slots=True)
class Scene:
    """Exchanges about one subject, in the order in which they come up."""

    kind: str
    name: str
    weight: int
    exchanges: tuple[tuple[Line, ...], ...]

    @property
    def lines(self) -> list[Line]:
        """Return the lines of all exchanges."""
        return [line for exchange in self.exchanges for line in exchange]


def read_scenes() -> tuple[Scene, ...]:
    """Return all scenes in the order of a call."""
    folder = files("callrisk.sample.speech") / "scenes"
    texts = sorted(
        (entry.name, entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".txt")
    )
    return tuple(scene for _, text in texts for scene in parse(text))


def parse(text: str) -> Iterator[Scene]:
    """Yield the scenes of a file; ValueError for a malformed line."""
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
    return Line(ROLES[match[1]], _line_text(said), _line_text(instead or said))


def _line_text(text: str) -> LineText:
    marked = _SENTIMENT.search(text)
    if marked is None:
        return LineText(text.strip(), 0)
    return LineText(text[: marked.start()].strip(), _SENTIMENTS[marked[1]])

"""The documents of the repository agree with its code: paths, names, links and settings exist."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from callrisk.domain.event_types import EventType
from callrisk.settings.config_file import Config
from callrisk.settings.environment import Environment
from harness import ROOT

PACKAGE = ROOT / "src" / "callrisk"
DOCS = ROOT / "docs"
README = ROOT / "README.md"
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "deploy").rglob("*.md")],
)
# In these, a name that stands beside a path must occur in the file.
WITH_NAMES = [DOCS / name for name in ("architecture.md", "recipes.md", "glossary.md")]
MOST_WORDS = 900
# What the product makes is in no checkout.
GENERATED = ("data/", "models/", "output/", ".venv/")
OF_A_RUN = {"report.html", "model_card.md"}
SUFFIXES = (".py", ".md", ".toml", ".lock", ".txt", ".html", ".js", ".j2", ".yml")
CODE = re.compile(r"`([^`\n]+)`")
NAME = re.compile(r"_?[A-Za-z]\w*(\.\w+)*(\(\w*\))?")
LINK = re.compile(r"\]\(([^)\s]+)\)")
TABLE_NAME = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)


def prose(document: Path) -> str:
    """Return the text of a document without its code blocks."""
    return re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)


def is_path(token: str) -> bool:
    """Return whether a piece of code is the path of something in the repository."""
    if re.search(r"[\s<>*…{}=|]", token) or token.startswith(("/", "http", *GENERATED)):
        return False
    if token.startswith("application/") or token in OF_A_RUN:
        return False
    is_folder_or_file = "/" in token and not re.search(r"[:(]", token)
    return is_folder_or_file or token.endswith(SUFFIXES)


def place_of(token: str, beside: Path = ROOT) -> Path | None:
    """Return the file or folder that a path names, below the root, src, the package or `beside`."""
    places = (base / token for base in (ROOT, PACKAGE, ROOT / "src", beside))
    return next((place for place in places if place.exists()), None)


def paths_in(text: str) -> list[str]:
    """Return every path that stands as code in a text."""
    return [token for token in CODE.findall(text) if is_path(token)]


def lines_with_names() -> Iterator[tuple[str, list[Path], list[str]]]:
    """Yield each line that has paths of code, with its files and the names beside them."""
    for document in WITH_NAMES:
        for line in prose(document).splitlines():
            files = [place for token in paths_in(line) if (place := place_of(token))]
            tokens = [token for token in CODE.findall(line) if not is_path(token)]
            names = [one for one in tokens if NAME.fullmatch(one) and place_of(one) is None]
            if files and names:
                yield f"{document.name}: {line}", files, names


def source_of(place: Path) -> str:
    """Return the text of a file, or of all Python files in a folder."""
    files = [place] if place.is_file() else sorted(place.rglob("*.py"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def anchors_of(document: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_path_exists(document: Path) -> None:
    """What a document names as a file or folder of the repository is there."""
    paths = paths_in(prose(document))

    assert [path for path in paths if place_of(path, document.parent) is None] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(document: Path) -> None:
    """Relative links lead to files of the repository, and their anchors to headings."""
    dead = []
    for link in LINK.findall(document.read_text(encoding="utf-8")):
        if link.startswith(("http:", "https:")):
            continue
        name, _, anchor = link.partition("#")
        target = document.parent / name if name else document
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            dead.append(link)

    assert dead == []


def test_every_name_stands_in_its_file() -> None:
    """A name beside a path in the pages about the code occurs in that file."""
    missing = [
        f"{name} in {line}"
        for line, files, names in lines_with_names()
        for name in names
        if not any(
            re.search(rf"\b{part}\b", source_of(place))
            for place in files
            for part in [re.sub(r"\(\w*\)$", "", name).rpartition(".")[2]]
        )
    ]

    assert missing == []


def test_the_tree_lists_every_folder() -> None:
    """The tree of the architecture page has exactly the folders of the package."""
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```text\nsrc/callrisk/\n(.*?)```", text, re.DOTALL)
    listed, parents = set[str](), list[str]()
    for line in block.splitlines():
        indent, name = len(line) - len(line.lstrip()), line.split()[0].rstrip("/")
        parents = [*parents[: indent // 2 - 1], name]
        listed.add("/".join(parents))

    there = {
        folder.relative_to(PACKAGE).as_posix()
        for folder in PACKAGE.rglob("*")
        if folder.is_dir() and "__pycache__" not in folder.parts and any(folder.iterdir())
    }
    assert listed == there


def test_the_readme_is_short() -> None:
    """A newcomer reads it in five minutes; the rest is on the pages it links to."""
    assert len(README.read_text(encoding="utf-8").split()) <= MOST_WORDS


def test_every_setting_is_documented() -> None:
    """The page of the settings names what the programs read, and nothing else."""
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    of_environment, _, of_config = text.partition("## Names in `config.py`")

    assert {name.upper() for name in Environment.model_fields} == set(
        TABLE_NAME.findall(of_environment)
    )
    assert set(Config.model_fields) == set(TABLE_NAME.findall(of_config))


def test_every_setting_is_used() -> None:
    """Something reads each variable of the environment: none is accepted and then overlooked."""
    own = source_of(PACKAGE / "settings" / "environment.py")
    scripts = "\n".join(source_of(path) for path in ROOT.glob("*.py"))
    others = source_of(PACKAGE).replace(own, "") + scripts

    names = set(Environment.model_fields)
    read = {name for name in names if re.search(rf"\benv\.{name}\b", others)}
    read |= {name for name in names if re.search(rf"\bself\.{name}\b", own)}
    assert names - read == set()


def test_every_key_of_config_py_is_documented() -> None:
    """Each key inside a table of config.py is on the page of the settings."""
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    models = [
        model
        for field in Config.model_fields.values()
        for model in (field.annotation, *get_args(field.annotation))
        if isinstance(model, type) and issubclass(model, BaseModel)
    ]

    keys = {key for model in models for key in model.model_fields}
    assert "n_estimators" in keys
    assert {key for key in keys if f"`{key}`" not in text} == set()


def test_every_event_is_documented() -> None:
    """The page of the API names every type of event that is pushed."""
    text = (DOCS / "api.md").read_text(encoding="utf-8")

    assert {event for event in EventType if f"`{event}`" not in text} == set()


def test_every_route_is_documented() -> None:
    """The page of the API names the path of every route."""
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    sources = [path.read_text(encoding="utf-8") for path in (PACKAGE / "web").rglob("*.py")]
    routes = re.findall(r'@\w+\.(?:get|post|put|delete)\("([^"]+)"', "\n".join(sources))

    assert len(routes) > 10
    paths = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route) for route in routes}
    assert {path for path in paths if path not in text} == set()

"""The language of a process: the product's, with the company's own table if that has no fault."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from callrisk.domain.language import Language, packaged
from callrisk.domain.wording import Text
from callrisk.settings import Settings

logger = logging.getLogger(__name__)


class TableError(ValueError):
    """A company's table has a fault; the message says where, in two languages."""

    def __init__(self, file: Path, line: int, japanese: str, english: str) -> None:
        super().__init__(f"{file}:{line}: {english}")
        self.file, self.line, self.japanese, self.english = file, line, japanese, english


def load(own: Path | None) -> Language:
    """Return the product's language with a company's own table; TableError if that has a fault."""
    return packaged()


@dataclass(frozen=True, slots=True)
class HeldLanguage:
    """The language that a process reads with; `fault` is why it is not the company's own."""

    language: Language
    fault: Text | None = None


def configured_language(
    settings: Settings, load: Callable[[Path | None], Language] = load
) -> HeldLanguage:
    """Return the language of these settings; the packaged one where the own table has a fault."""
    own = settings.own_predicates
    try:
        return HeldLanguage(load(own if own.is_file() else None))
    except TableError as error:
        where = f"{own.relative_to(settings.root).as_posix()}:{error.line}"
        fault = Text(
            "自社の言葉の表に誤りがあるため、標準の言葉だけで読み取っています"
            f"（{where}: {error.japanese}）",
            f"The company's own table has a fault, so turns are read with the product's alone "
            f"({where}: {error.english})",
        )
        logger.warning("%s", fault.en)
        return HeldLanguage(packaged(), fault)

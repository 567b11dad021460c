"""The language of a process: the product's, with the company's own table if that has no fault."""

import logging
from dataclasses import dataclass

from callrisk.domain.language import Language, TableError, load, packaged
from callrisk.domain.wording import Text
from callrisk.settings import Settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HeldLanguage:
    """The language that a process reads with; `fault` is why it is not the company's own."""

    language: Language
    fault: Text | None = None


def configured_language(settings: Settings) -> HeldLanguage:
    """Return the language of these settings; the packaged one where the own table has a fault."""
    own = settings.own_predicates
    try:
        return HeldLanguage(load(own))
    except TableError as error:
        fault = _fault(error.japanese, error.english)
    except OSError as error:
        where = own.relative_to(settings.root).as_posix()
        fault = _fault(f"{where} を読めません", f"{where} cannot be read: {type(error).__name__}")
    logger.warning("%s", fault.en)
    return HeldLanguage(packaged(), fault)


def _fault(japanese: str, english: str) -> Text:
    return Text(
        f"自社の言葉の表に誤りがあるため、標準の言葉だけで読み取っています（{japanese}）。",
        f"The company's own table has a fault, so turns are read with the product's alone "
        f"({english}).",
    )

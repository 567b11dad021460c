"""The error of a database that is not copied or not restored."""

from callrisk.domain.wording import Text


class CopyError(RuntimeError):
    """Nothing was copied or restored; one line in both languages says why and what to do."""

    def __init__(self, japanese: str, english: str) -> None:
        super().__init__(f"{japanese} / {english}")
        self.text = Text(japanese, english)

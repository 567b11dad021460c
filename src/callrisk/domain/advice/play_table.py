"""Reads the tables of a playbook: each value is checked, and an error names its place."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from callrisk.domain.language.japanese.text import plain_text

Words = tuple[re.Pattern[str], ...]
_REGEX_MARK = "/"


class PlaybookError(ValueError):
    """A playbook that cannot be used: file, play, key, and what was expected in two languages."""

    def __init__(self, file: Path, play: str, key: str, japanese: str, english: str) -> None:
        """Keep the place and both sentences."""
        self.file, self.play, self.key = file, play, key
        place = [f"プレイ「{play}」"] * bool(play) + [f"「{key}」"] * bool(key)
        place_en = [f"play {play!r}"] * bool(play) + [repr(key)] * bool(key)
        self.japanese = f"{' '.join([file.name, *place])}: {japanese}"
        self.english = f"{', '.join([file.name, *place_en])}: {english}"
        super().__init__(f"{self.japanese}\n{self.english}")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a play as TOML gives it; `path` is its own key with a dot, or nothing."""

    file: Path
    play: str
    values: Mapping[str, object]
    path: str = ""

    def error(self, key: str, japanese: str, english: str) -> PlaybookError:
        """Return an error at a key."""
        return PlaybookError(self.file, self.play, self.path + key, japanese, english)

    def check_keys(self, known: Iterable[str]) -> None:
        """Raise PlaybookError for a key that is not known."""
        for key in self.values:
            if key not in known:
                names = ", ".join(known)
                raise self.error(
                    key, f"この項目はありません（{names}）", f"unknown key (one of {names})"
                )

    def table(self, key: str) -> "Table":
        """Return the table at a key, empty where there is none."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.error(
                key, "「項目 = 値」の組にしてください", "expected a table: { key = value }"
            )
        return Table(self.file, self.play, value, f"{self.path}{key}.")

    def text(self, key: str) -> str:
        """Return the text at a key; PlaybookError if it is missing or blank."""
        value = self.values.get(key, "")
        if not isinstance(value, str) or not value.strip():
            raise self.error(
                key, "文を書いてください（空にはできません）", "expected a text that is not empty"
            )
        return value.strip()

    def whole(self, key: str, low: int, high: int) -> int | None:
        """Return the whole number at a key, None where there is none."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.error(
                key, f"{low} から {high} までの整数にしてください（今は {value!r}）",
                f"expected a whole number from {low} to {high}, not {value!r}",
            )  # fmt: skip
        return value

    def flag(self, key: str) -> bool | None:
        """Return true or false at a key, None where there is none."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, bool):
            raise self.error(key, "true か false にしてください", "expected true or false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the texts at a key, one or a list, none where it is missing."""
        value = self.values.get(key, [])
        listed = [value] if isinstance(value, str) else value
        is_good = isinstance(listed, list) and all(
            isinstance(one, str) and one.strip() for one in listed
        )
        if not is_good or (key in self.values and not listed):
            raise self.error(
                key, '"…" か ["…", "…"] の形で書いてください', 'expected "…" or ["…", "…"]'
            )
        assert isinstance(listed, list)  # noqa: S101 - tells the type checker what was checked
        return tuple(listed)

    def names(self, key: str, known: Iterable[str]) -> tuple[str, ...]:
        """Return the texts at a key, each one of those known."""
        names = self.texts(key)
        for name in names:
            if name not in known:
                listed = ", ".join(known)
                raise self.error(
                    key, f"「{name}」はありません（{listed}）", f"no {name!r} (one of {listed})"
                )
        return names

    def words(self, key: str) -> Words:
        """Return the words at a key as patterns of plain text; /…/ is a regular expression."""
        return tuple(self._word(key, word) for word in self.texts(key))

    def _word(self, key: str, word: str) -> re.Pattern[str]:
        if len(word) > len("//") and word.startswith(_REGEX_MARK) and word.endswith(_REGEX_MARK):
            try:
                return re.compile(word[1:-1])
            except re.error as error:
                raise self.error(
                    key, f"正規表現「{word}」が正しくありません（{error}）",
                    f"{word} is no regular expression: {error}",
                ) from None  # fmt: skip
        plain = plain_text(word).text
        if not plain:
            raise self.error(key, f"「{word}」には文字がありません", f"{word!r} has no letters")
        return re.compile(re.escape(plain))

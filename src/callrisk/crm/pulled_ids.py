"""The customer ids of a pulled table: which stand twice, and which rows have none."""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from callrisk.domain.customer import normal_id
from callrisk.domain.wording import Text

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class IdFaults:
    """The ids that several rows bear, and how many rows have none that could be looked up."""

    repeated: tuple[str, ...]
    blank: int

    def texts(self) -> list[Text]:
        """Return a sentence for each fault, with what to do."""
        texts = []
        if self.repeated:
            count, some = len(self.repeated), ", ".join(self.repeated[:_MOST_NAMED])
            more = "…" if count > _MOST_NAMED else ""
            texts.append(
                Text(
                    f"{count} 個の顧客番号が複数のレコードにあります（{some}{more}）。学習では"
                    "使いません。CRM で番号の重複を直してください。",
                    f"{count} customer ids stand in several records ({some}{more}): training "
                    "leaves these records out; give each record its own id in the CRM",
                )
            )
        if self.blank:
            texts.append(
                Text(
                    f"顧客番号のないレコードが {self.blank} 件あります。学習では使いません。",
                    f"{self.blank} records have no customer id: training leaves them out",
                )
            )
        return texts


def id_faults(path: Path, column: str) -> IdFaults:
    """Return the faults of the ids in a column of a pulled table."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        ids = Counter(normal_id(row.get(column) or "") for row in csv.DictReader(file))
    blank = ids.pop(None, 0)
    repeated = tuple(sorted(one for one, count in ids.items() if one and count > 1))
    return IdFaults(repeated, blank)

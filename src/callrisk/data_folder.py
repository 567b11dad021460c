"""The tables of data/raw: which is the call export, which the customers table, which is DEMO."""

from pathlib import Path

# Generated files bear this in their names; customers tables begin like this.
_DEMO, CUSTOMERS_PREFIX = "DEMO", "顧客"
SUFFIXES = ("xlsx", "csv")
# The folder within data/raw of tables without labels; no training takes them.
TO_SCORE = "to_score"
# What tables of customers are named after that were read from a CRM.
_KINTONE, _OTHER_CRM = "Kintone", "CRM"


def tables_in(raw: Path) -> list[Path]:
    """Return the tables in a folder; none when there is no such folder."""
    files = raw.iterdir() if raw.is_dir() else iter(())
    # Excel puts ~$ before the name of a file that is open.
    return [
        path
        for path in files
        if path.suffix.lower().lstrip(".") in SUFFIXES and not path.name.startswith(("~", "."))
    ]


def tables_to_score(raw: Path) -> list[Path]:
    """Return the tables that can be scored: those put there for that, then all of the folder."""
    return [*tables_in(raw / TO_SCORE), *tables_in(raw)]


def table_to_score(raw: Path, name: str) -> Path | None:
    """Return the table of this name that can be scored, or None."""
    return next((path for path in tables_to_score(raw) if path.name == name), None)


def is_customers_table(path: Path) -> bool:
    """Return True if a table holds customers, by its name; all others hold calls."""
    return path.stem.startswith(CUSTOMERS_PREFIX)


def is_demo(path: Path) -> bool:
    """Return True if a file is generated, by its name."""
    return _DEMO in path.stem


def call_export(raw: Path) -> Path | None:
    """Return the newest call export, real before generated, or None."""
    exports = (path for path in tables_in(raw) if not is_customers_table(path))
    return max(exports, key=_preference, default=None)


def customer_table(raw: Path) -> Path | None:
    """Return the newest customers table of the same kind (real, DEMO) as the call export."""
    export = call_export(raw)
    tables = (
        path
        for path in tables_in(raw)
        if is_customers_table(path) and (export is None or is_demo(path) == is_demo(export))
    )
    return max(tables, key=_preference, default=None)


def real_customer_table(raw: Path) -> Path | None:
    """Return the newest customers table that is not generated, whatever the call export is."""
    tables = (path for path in tables_in(raw) if is_customers_table(path) and not is_demo(path))
    return max(tables, key=_preference, default=None)


def pulled_table(raw: Path, crm: str, demo: bool) -> Path:
    """Return the file that all customers of a CRM, Kintone or CRM, are read to."""
    mark = f"_{_DEMO}" if demo else ""
    return raw / f"{CUSTOMERS_PREFIX}_{crm}{mark}.csv"


def is_pulled_table(path: Path) -> bool:
    """Return True if a table was read from a CRM, by its name."""
    return _origin(path) in (_KINTONE, _OTHER_CRM)


def has_record_numbers(path: Path) -> bool:
    """Return True if the ids of a table may be numbers of Kintone's records, by its name."""
    return _origin(path) == _KINTONE


def table_beside_crm(raw: Path, pulled: Path, crm_is_demo: bool) -> Path | None:
    """Return the table whose records serve until the CRM has answered, or None.

    The pulled one goes before the newest one, and must be of the CRM's kind (real, DEMO):
    generated records never stand in for real ones, nor real ones for generated ones.
    """
    path = pulled if pulled.is_file() else customer_table(raw)
    return path if path is not None and is_demo(path) == crm_is_demo else None


def _origin(path: Path) -> str:
    return path.stem.removesuffix(f"_{_DEMO}").removeprefix(f"{CUSTOMERS_PREFIX}_")


def _preference(path: Path) -> tuple[bool, float]:
    return not is_demo(path), path.stat().st_mtime

"""The points of the database: whether it opens, and whether its schema is this program's."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from callrisk.bootstrap.doctor.finding import Finding, State, good, waits
from callrisk.domain.wording import Text
from callrisk.store.database import (
    DatabaseError,
    ReadEngine,
    Schema,
    open_to_read,
    parsed_address,
    schema_of,
)

_NO_ADDRESS = Text(
    "DATABASE_URL が SQLite か PostgreSQL のアドレスではありません",
    "DATABASE_URL is no address of a SQLite or PostgreSQL",
)
_FORMS = Text(
    ".env の DATABASE_URL を空にする（SQLite）か、"
    "postgresql+psycopg://user:password@host/database の形で書く",
    "leave DATABASE_URL in .env empty for SQLite, or write it as "
    "postgresql+psycopg://user:password@host/database",
)
_UPDATE = Text(
    "callrisk を、このデータベースを使った新しい版に更新する",
    "update callrisk to the newer version that has used this database",
)
_REACH = Text(
    "データベースが動いているか、.env の DATABASE_URL の名前とパスワードを確かめる。まだなければ"
    "作る（docs/production.md の手順 4）",
    "see that the database runs, and check names and password in DATABASE_URL of .env; create it "
    "if there is none (docs/production.md, step 4)",
)
_RESTORE = Text(
    "callrisk を止め、バックアップから戻す（docs/operation.md）:"
    " python run.py restore ファイル --replace",
    "stop callrisk and restore a backup (docs/operation.md): python run.py restore FILE --replace",
)


@dataclass(slots=True)
class DatabaseLook:
    """The look at one database; `engine` can be read from once the points are all asked."""

    url: str
    engine: ReadEngine | None = None

    def points(self) -> Iterator[Finding]:
        """Yield the points of the database and of its schema."""
        try:
            shown = parsed_address(self.url).render_as_string(hide_password=True)
            engine = open_to_read(self.url)
        except DatabaseError:
            yield Finding("database", State.WRONG, _NO_ADDRESS, _FORMS)
            yield waits("schema", "database")
            return
        if engine is None:
            yield good(
                "database", f"{shown}: まだありません。最初の起動で作られます",
                f"{shown}: not there yet, the first start makes it",
            )  # fmt: skip
            return
        try:
            schema = schema_of(engine)
        except DatabaseError as error:
            text = Text(f"{shown} を開けません: {error}", f"{shown} cannot be opened: {error}")
            is_file = shown.startswith("sqlite")
            yield Finding("database", State.WRONG, text, _RESTORE if is_file else _REACH)
            yield waits("schema", "database")
            return
        yield good("database", f"{shown} を読めます", f"{shown} can be read")
        yield schema_point(schema)
        self.engine = engine if schema.is_current else None


def database_folder(url: str) -> Path | None:
    """Return the folder of a SQLite; None for another database, or for no address of one."""
    try:
        address = parsed_address(url)
    except DatabaseError:
        return None
    is_file = address.get_backend_name() == "sqlite" and address.database
    return Path(address.database or "").parent if is_file else None


def schema_point(schema: Schema) -> Finding:
    """Return whether this program and the database belong together."""
    if schema.is_newer:
        text = Text(
            f"スキーマ {schema.found} は、このプログラム（{schema.wanted}）より新しいものです",
            f"its schema {schema.found} is newer than this program, which knows {schema.wanted}",
        )
        return Finding("schema", State.WRONG, text, _UPDATE)
    if schema.is_current:
        return good("schema", f"スキーマ {schema.found}", f"schema {schema.found}")
    before = schema.found or "-"
    return good(
        "schema",
        f"スキーマ {before}。最初の起動で {schema.wanted} に更新されます",
        f"schema {before}: the next start brings it to {schema.wanted}",
    )

"""Everything that can be set: config.py for what a user edits, environment or .env for the rest."""

import runpy
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from callrisk.domain.assessment import Thresholds
from callrisk.domain.customer import CustomerField, FieldKind

_SHORTEST_SECRET = 32
# Generated files bear this in their names; customers tables begin like this.
_DEMO, _CUSTOMERS = "DEMO", "顧客"
DEFAULT_SECRET = "change-me"  # noqa: S105 - the value that production refuses


class SettingsError(ValueError):
    """A setting is missing, unknown or impossible; the message says which and what to do."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ModelParams(_Strict):
    """MODEL_PARAMS of config.py."""

    n_estimators: int = Field(ge=1, le=5000)
    max_depth: int = Field(ge=1, le=12)
    learning_rate: float = Field(gt=0, le=1)
    random_state: int = Field(ge=0)


class RiskThresholds(_Strict):
    """RISK_THRESHOLDS of config.py."""

    high_risk: int = Field(ge=1, le=100)
    medium_risk: int = Field(ge=1, le=100)
    low_risk: int = Field(ge=0, le=0)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.medium_risk >= self.high_risk:
            raise ValueError("medium_risk must lie below high_risk")
        return self


class ExportColumns(_Strict):
    """EXPORT_COLUMNS of config.py: what the columns of a call export are called."""

    label: str
    customer_id: str
    started_at: str
    contact_id: str
    transcript: str
    contract_date: str
    agent: str
    duration: str

    @property
    def required(self) -> tuple[str, ...]:
        """Columns without which nothing can be learnt."""
        return (self.label, self.customer_id, self.started_at, self.contact_id, self.transcript)


class Labels(_Strict):
    """LABELS of config.py."""

    unpaid: str
    paid: str


class CustomerColumns(_Strict):
    """CUSTOMER_COLUMNS of config.py."""

    customer_id: str
    name: str
    phone: str


class PaymentColumns(_Strict):
    """PAYMENT_COLUMNS of config.py: optional columns of the export or of the customers table."""

    due_date: str = ""
    paid_date: str = ""


class _DeclaredField(_Strict):
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    column: str
    kind: FieldKind
    label: str
    label_en: str
    unit: str = ""
    unit_en: str = ""
    sign: Literal[-1, 0, 1] = 0
    choices: tuple[str, ...] = ()
    zero_is_missing: bool = False
    live: bool = False

    @model_validator(mode="after")
    def _keys_fit_kind(self) -> Self:
        if (self.kind is FieldKind.CHOICE) != bool(self.choices):
            raise ValueError("a choice field lists its choices; a number or date field has none")
        if self.zero_is_missing and self.kind is not FieldKind.NUMBER:
            raise ValueError("zero_is_missing is for number fields")
        return self


class _Config(_Strict):
    MODEL_PARAMS: ModelParams
    RISK_THRESHOLDS: RiskThresholds
    EXPORT_COLUMNS: ExportColumns
    LABELS: Labels
    CUSTOMER_COLUMNS: CustomerColumns
    CUSTOMER_FIELDS: tuple[_DeclaredField, ...]
    POST_CALL_COLUMNS: tuple[str, ...] = ()
    IGNORED_COLUMNS: tuple[str, ...] = ()
    ZERO_IS_MISSING: tuple[str, ...] = ()
    PAYMENT_COLUMNS: PaymentColumns = PaymentColumns()
    OUTCOME_WINDOW_DAYS: int = Field(default=90, ge=1, le=3650)

    @model_validator(mode="after")
    def _fields_are_features(self) -> Self:
        for one in self.CUSTOMER_FIELDS:
            reason = self._never_a_feature().get(one.column)
            if reason is not None:
                raise ValueError(f'CUSTOMER_FIELDS "{one.name}": column "{one.column}" {reason}')
        names = [one.name for one in self.CUSTOMER_FIELDS]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"CUSTOMER_FIELDS: {', '.join(twice)} declared twice")
        return self

    def _never_a_feature(self) -> dict[str, str]:
        tells = "tells the outcome and can be no feature; take the field out"
        ignored = "is listed in IGNORED_COLUMNS; take it out there or here"
        return dict.fromkeys(self.IGNORED_COLUMNS, ignored) | {
            self.EXPORT_COLUMNS.label: tells,
            self.PAYMENT_COLUMNS.due_date: tells,
            self.PAYMENT_COLUMNS.paid_date: tells,
            self.EXPORT_COLUMNS.transcript: "is the transcript, which is read already",
            self.EXPORT_COLUMNS.agent: "names the agent, who can be no feature",
        }


class Environment(BaseSettings):
    """What comes from the environment or from .env; names in capitals there."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    app_env: Literal["development", "production"] = "development"
    debug_mode: bool = False
    flask_secret_key: SecretStr = SecretStr(DEFAULT_SECRET)
    database_url: str = ""
    api_port: int = Field(default=5000, ge=1, le=65535)
    # Further origins whose pages may use the API and the sockets, separated by commas.
    cors_origins: str = ""
    # Recorded calls that play by themselves in development, and how fast.
    replay_calls: int = Field(default=3, ge=0, le=50)
    replay_speed: float = Field(default=1.0, gt=0, le=1000)

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """CORS_ORIGINS as a list."""
        return tuple(one.strip() for one in self.cors_origins.split(",") if one.strip())


class Settings(_Strict):
    """All settings, checked; made once by an entry script and handed to those who need them."""

    root: Path
    env: Environment
    model_params: ModelParams
    thresholds: Thresholds
    export_columns: ExportColumns
    labels: Labels
    customer_columns: CustomerColumns
    customer_fields: tuple[CustomerField, ...]
    post_call_columns: tuple[str, ...]
    ignored_columns: tuple[str, ...]
    zero_is_missing: tuple[str, ...]
    payment_columns: PaymentColumns
    outcome_window_days: int

    @property
    def raw_dir(self) -> Path:
        """Where exports and customer tables lie."""
        return self.root / "data" / "raw"

    @property
    def processed_dir(self) -> Path:
        """Where the pipeline leaves the earlier calls that live calls need."""
        return self.root / "data" / "processed"

    @property
    def models_dir(self) -> Path:
        """Where model versions and the champion lie."""
        return self.root / "models"

    @property
    def output_dir(self) -> Path:
        """Where runs lay down their results."""
        return self.root / "output"

    @property
    def database_url(self) -> str:
        """DATABASE_URL, or a SQLite file beside the processed data."""
        return self.env.database_url or f"sqlite:///{self.processed_dir / 'callrisk.db'}"

    @property
    def call_export(self) -> Path | None:
        """The newest call export in data/raw, real before generated."""
        tables = (path for path in self._tables() if not path.stem.startswith(_CUSTOMERS))
        return max(tables, key=self._preference, default=None)

    @property
    def customer_table(self) -> Path | None:
        """The newest customers table of the same kind as the call export."""
        export = self.call_export
        tables = (
            path
            for path in self._tables()
            if path.stem.startswith(_CUSTOMERS)
            and (export is None or self.is_demo(path) == self.is_demo(export))
        )
        return max(tables, key=self._preference, default=None)

    def is_demo(self, path: Path) -> bool:
        """Whether a file says of itself that it is generated."""
        return _DEMO in path.stem

    def _tables(self) -> list[Path]:
        found = self.raw_dir.iterdir() if self.raw_dir.is_dir() else iter(())
        # Excel puts ~$ before the name of a file that is open.
        return [
            path
            for path in found
            if path.suffix.lower() in (".xlsx", ".csv") and not path.name.startswith(("~", "."))
        ]

    def _preference(self, path: Path) -> tuple[bool, float]:
        return not self.is_demo(path), path.stat().st_mtime

    @property
    def is_production(self) -> bool:
        """Whether real customers are served."""
        return self.env.app_env == "production"


def load(root: Path) -> Settings:
    """Read `root`/config.py and the environment; SettingsError lists everything that is wrong."""
    path = root / "config.py"
    try:
        found = {k: v for k, v in runpy.run_path(str(path)).items() if k.isupper()}
    except (OSError, SyntaxError, NameError) as error:
        raise SettingsError(f"{path}: cannot be read: {error}") from error
    try:
        config = _Config.model_validate(found)
        env = Environment(_env_file=root / ".env", _env_file_encoding="utf-8")
    except ValidationError as error:
        raise SettingsError(f"config.py / .env: {_readable(error)}") from error
    return _settings(root, env, config)


def _settings(root: Path, env: Environment, config: _Config) -> Settings:
    cuts = config.RISK_THRESHOLDS
    return Settings(
        root=root,
        env=env,
        model_params=config.MODEL_PARAMS,
        thresholds=Thresholds(cuts.high_risk, cuts.medium_risk),
        export_columns=config.EXPORT_COLUMNS,
        labels=config.LABELS,
        customer_columns=config.CUSTOMER_COLUMNS,
        customer_fields=tuple(CustomerField(**dict(field)) for field in config.CUSTOMER_FIELDS),
        post_call_columns=config.POST_CALL_COLUMNS,
        ignored_columns=config.IGNORED_COLUMNS,
        zero_is_missing=config.ZERO_IS_MISSING,
        payment_columns=config.PAYMENT_COLUMNS,
        outcome_window_days=config.OUTCOME_WINDOW_DAYS,
    )


def _readable(error: ValidationError) -> str:
    return "; ".join(f"{_where(item)}: {item['msg']}" for item in error.errors())


def _where(item: Any) -> str:
    return ".".join(str(part) for part in item["loc"])


def missing_for_production(settings: Settings) -> list[str]:
    """Everything that keeps production from starting, at once; empty in development."""
    if not settings.is_production:
        return []
    missing = ["a login (production stays closed until there is one)"]
    secret = settings.env.flask_secret_key.get_secret_value()
    if secret == DEFAULT_SECRET or len(secret) < _SHORTEST_SECRET:
        missing.append("FLASK_SECRET_KEY (at least 32 characters, not the default)")
    if not settings.env.database_url:
        missing.append("DATABASE_URL")
    return missing

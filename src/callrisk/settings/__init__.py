"""The settings: config.py for what a user edits, the environment or .env for the rest."""

import runpy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from callrisk.domain.customer import CustomerField
from callrisk.domain.kept.keeping_days import KeepingDays
from callrisk.domain.masking import ALL_KINDS, Kind
from callrisk.domain.operation.contact_rules import ContactRules
from callrisk.domain.risk_category import Thresholds
from callrisk.domain.work.outcome_codes import OUTCOMES, Outcome
from callrisk.settings.config_file import (
    Cells,
    Config,
    Connect,
    CustomerColumns,
    ExportColumns,
    Kintone,
    Labels,
    ModelParams,
    PaymentColumns,
    Speakers,
)
from callrisk.settings.env_lines import names_given_twice
from callrisk.settings.environment import DEFAULT_SECRET, Environment
from callrisk.settings.http_crm_config import HttpCrm
from callrisk.settings.http_crm_environment import SHORTEST_SECRET
from callrisk.settings.openid_settings import faults_of_openid
from callrisk.settings.strict import Strict

_OWN_SECRET = "FLASK_SECRET_KEY (at least 32 characters, not the default)"  # noqa: S105 - its name

_NO_PRODUCTION = (
    "本番を始められません。次の設定が必要です / production cannot start without: {missing}"
)
NO_OPENID = (
    "会社のアカウントでのログインを始められません。次の設定が必要です / "
    "OpenID Connect cannot start without: {faults}"
)


class SettingsError(ValueError):
    """A setting is missing, unknown or impossible; the message says which and what to do."""


class Settings(Strict):
    """All settings, validated; made once by an entry script."""

    root: Path
    # The name of a config file in the place of config.py, which has folders of its own.
    portfolio: str
    env: Environment
    model_params: ModelParams
    thresholds: Thresholds
    export_columns: ExportColumns
    labels: Labels
    speakers: Speakers
    cells: Cells
    customer_columns: CustomerColumns
    customer_fields: tuple[CustomerField, ...]
    post_call_columns: tuple[str, ...]
    ignored_columns: tuple[str, ...]
    zero_is_missing: tuple[str, ...]
    payment_columns: PaymentColumns
    outcome_window_days: int
    connect: Connect
    kintone: Kintone
    http_crm: HttpCrm = HttpCrm()
    masked_kinds: frozenset[Kind] = ALL_KINDS
    kept: KeepingDays = KeepingDays()
    outcomes: tuple[Outcome, ...] = OUTCOMES
    contact_rules: ContactRules = ContactRules()

    @property
    def kintone_columns(self) -> dict[str, Any]:
        """The Kintone field codes of the customers table's columns, with the declared fields."""
        return self._crm_columns(self.kintone.code, self.kintone.phone_fields)

    @property
    def http_crm_columns(self) -> dict[str, Any]:
        """The paths of the customers table's columns in a CRM over HTTP, and declared fields."""
        return self._crm_columns(self.http_crm.path, self.http_crm.phone_fields)

    @property
    def kintone_codes(self) -> dict[str, str]:
        """The Kintone field code of every column that config.py names or maps."""
        return {
            column: self.kintone.code(column) for column in self._used(self.kintone.field_codes)
        }

    @property
    def http_crm_codes(self) -> dict[str, str]:
        """The path in a CRM over HTTP of every column that config.py names or maps."""
        used = self._used(self.http_crm.fields)
        return {column: self.http_crm.path(column) for column in used}

    def _crm_columns(
        self, code: Callable[[str], str], phone_fields: Sequence[str]
    ) -> dict[str, Any]:
        columns = {name: code(column) for name, column in dict(self.customer_columns).items()}
        fields = (replace(field, column=code(field.column)) for field in self.customer_fields)
        phones = tuple(code(column) for column in phone_fields)
        return columns | {"fields": tuple(fields), "further_phones": phones}

    def _used(self, mapped: Iterable[str]) -> list[str]:
        used = [*dict(self.customer_columns).values(), *mapped]
        used += [field.column for field in self.customer_fields]
        return [column for column in dict.fromkeys(used) if column]

    @property
    def raw_dir(self) -> Path:
        """The folder of exports and customer tables."""
        return self.root / "data" / "raw" / self.portfolio

    @property
    def pulled_from(self) -> str:
        """The word in the name of the table that all customers of the CRM are read to."""
        return "CRM" if self.env.http_crm_url else "Kintone"

    @property
    def own_predicates(self) -> Path:
        """The table of what customers say that a company adds to the product's, if it has one."""
        return self.root / "data" / "language" / "predicates.csv"

    @property
    def own_playbook(self) -> Path:
        """The plays that a company adds to the product's, if it has some."""
        return self.root / "data" / "playbook.toml"

    @property
    def processed_dir(self) -> Path:
        """The folder of the earlier calls that live calls need."""
        return self.root / "data" / "processed" / self.portfolio

    @property
    def models_dir(self) -> Path:
        """The folder of model versions and the champion."""
        return self.root / "models" / self.portfolio

    @property
    def output_dir(self) -> Path:
        """The folder of the results of runs."""
        return self.root / "output" / self.portfolio

    @property
    def database_url(self) -> str:
        """DATABASE_URL, or a SQLite file beside the processed data."""
        return self.env.database_url or f"sqlite:///{self.processed_dir / 'callrisk.db'}"

    @property
    def key_ring_path(self) -> Path:
        """KEY_RING_FILE, or a file of this portfolio apart from its data."""
        named = self.env.key_ring_file
        return Path(named) if named else self.root / "data" / "keys" / self.portfolio / "ring.json"

    @property
    def writes_category(self) -> bool:
        """True if the risk category is written to the telephony as a contact attribute."""
        return bool(self.connect.risk_attribute and self.env.connect_instance_id)

    @property
    def is_production(self) -> bool:
        """True if real customers are served."""
        return self.env.app_env == "production"

    @property
    def demands_login(self) -> bool:
        """True where real customers may be seen, other machines may reach the server, or an
        identity provider knows the persons.

        Elsewhere everybody on this machine is the demonstration.
        """
        env = self.env
        is_real = (env.names_crm and not env.crm_is_here) or env.connect_is_real
        is_real = is_real or bool(env.oidc_issuer)
        return self.is_production or is_real or env.is_reached_from_outside

    @property
    def shows_traces(self) -> bool:
        """True if screens show the trace of an error: with DEBUG_MODE, never in production."""
        return self.env.debug_mode and not self.is_production

    @property
    def crm_is_demo(self) -> bool:
        """True if the CRM is a local stand-in with generated records, in development."""
        return not self.is_production and self.env.crm_is_here


def load(root: Path, config_file: Path | None = None) -> Settings:
    """Read the environment and `root`/config.py, or another file in its place.

    That is `config_file`, else the one that CALLRISK_CONFIG names; what `NAME.env` beside config.py
    says then goes before .env. Raise SettingsError with everything wrong.
    """
    env = _environment(root / ".env")
    path = config_file or root / (env.callrisk_config or "config.py")
    portfolio = _portfolio(root, path)
    if portfolio:
        env = _environment(root / ".env", root / f"{portfolio}.env")
    try:
        module = runpy.run_path(str(path))
        names = {name: value for name, value in module.items() if name.isupper()}
    except Exception as error:
        raise SettingsError(f"{path}: cannot be read: {error}") from error
    try:
        config = Config.model_validate(names)
    except ValidationError as error:
        raise SettingsError(f"{path.name}: {_readable(error)}") from error
    return _settings(root, env, config, portfolio)


def output_folder(root: Path, config_file: Path | None = None) -> Path:
    """Return the folder of the results of the portfolio that `load` would read; of none in doubt.

    It is known before the settings are, of which something may be wrong.
    """
    try:
        path = config_file or root / (_environment(root / ".env").callrisk_config or "config.py")
    except SettingsError:
        path = root / "config.py"
    return root / "output" / _portfolio(root, path)


def _portfolio(root: Path, path: Path) -> str:
    """Return the name of the portfolio of a config file; config.py is of the one without a name."""
    return "" if path.resolve() == (root / "config.py").resolve() else path.stem


def _environment(*files: Path) -> Environment:
    for file in files:
        if contradicted := names_given_twice(file):
            raise SettingsError(
                f"{file.name}: {', '.join(contradicted)}: written twice with different values; "
                "keep one line of each"
            )
    try:
        return Environment(_env_file=files, _env_file_encoding="utf-8")
    except ValidationError as error:
        names = " / ".join(file.name for file in files)
        raise SettingsError(f"{names}: {_readable(error)}") from error


def _settings(root: Path, env: Environment, config: Config, portfolio: str) -> Settings:
    thresholds = config.RISK_THRESHOLDS
    return Settings(
        root=root,
        portfolio=portfolio,
        env=env,
        model_params=config.MODEL_PARAMS,
        thresholds=Thresholds(thresholds.high_risk, thresholds.medium_risk),
        export_columns=config.EXPORT_COLUMNS,
        labels=config.LABELS,
        speakers=config.SPEAKERS,
        cells=config.CELLS,
        customer_columns=config.CUSTOMER_COLUMNS,
        customer_fields=tuple(CustomerField(**dict(field)) for field in config.CUSTOMER_FIELDS),
        post_call_columns=config.POST_CALL_COLUMNS,
        ignored_columns=config.IGNORED_COLUMNS,
        zero_is_missing=config.ZERO_IS_MISSING,
        payment_columns=config.PAYMENT_COLUMNS,
        outcome_window_days=config.OUTCOME_WINDOW_DAYS,
        connect=config.CONNECT,
        kintone=config.KINTONE,
        http_crm=config.HTTP_CRM,
        masked_kinds=config.MASKED.kinds,
        kept=KeepingDays(**dict(config.KEPT_DAYS)),
        outcomes=config.outcomes,
        contact_rules=ContactRules(**dict(config.CONTACT_RULES)),
    )


def _readable(error: ValidationError) -> str:
    return "; ".join(f"{_where(item)}: {item['msg']}" for item in error.errors())


def _where(item: Any) -> str:
    return ".".join(str(part) for part in item["loc"])


def load_to_serve(root: Path) -> Settings:
    """Return the settings of a serving program; SettingsError if production lacks any."""
    settings = load(root)
    refuse_unready(settings)
    return settings


def refuse_unready(settings: Settings) -> None:
    """Raise SettingsError for all that production lacks, whichever process it is."""
    missing = missing_for_production(settings)
    if missing:
        raise SettingsError(_NO_PRODUCTION.format(missing="; ".join(missing)))
    faults = openid_faults(settings)
    if faults:
        raise SettingsError(NO_OPENID.format(faults="; ".join(faults)))


def openid_faults(settings: Settings) -> list[str]:
    """Return what is missing or unsafe of OpenID Connect; empty where none of it is set."""
    return faults_of_openid(settings.env.openid_values, settings.is_production)


def missing_for_production(settings: Settings) -> list[str]:
    """Return everything that keeps production from starting; empty in development."""
    if not settings.is_production:
        return []
    missing = []
    if _is_guessable(settings):
        missing.append(_OWN_SECRET)
    if not settings.env.database_url:
        missing.append("DATABASE_URL")
    if not settings.env.key_ring.get_secret_value() and not settings.key_ring_path.exists():
        missing.append(
            f"KEY_RING or KEY_RING_FILE (put your copy of the key ring back as "
            f"{settings.key_ring_path}; on a new installation: python run.py keys new)"
        )
    if not settings.env.trusted_hosts:
        missing.append("TRUSTED_HOSTS (the name that browsers use, as callrisk.example)")
    if settings.env.trusted_hosts and not settings.env.trusted_proxies:
        # Without it everybody has the address of the proxy, and one closes the login for all.
        missing.append("TRUSTED_PROXIES (1 for one proxy before it)")
    return missing + openid_faults(settings)


def _is_guessable(settings: Settings) -> bool:
    secret = settings.env.flask_secret_key.get_secret_value()
    return secret == DEFAULT_SECRET or len(secret) < SHORTEST_SECRET

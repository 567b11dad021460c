"""The settings from the environment or .env: secrets, addresses, differences by machine."""

import re
from ipaddress import ip_address, ip_network
from typing import Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from callrisk.settings.http_crm_environment import SHORTEST_SECRET, HttpCrmEnvironment
from callrisk.settings.kintone_address import host_of, lacking

# A name or an address, and for an origin its scheme and port; nothing that stands for many.
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\]")
_ORIGIN = re.compile(rf"https?://(?:{_HOST.pattern})(?::\d{{1,5}})?")
_RATE = re.compile(r"off|[1-9]\d{0,6}(?:/| per )(?:second|minute|hour|day)")
# Variables of Kintone of which each needs the other.
_TOGETHER = (
    ("KINTONE_RESULT_APP_ID", "KINTONE_RESULT_API_TOKEN"),
    ("KINTONE_BASIC_USER", "KINTONE_BASIC_PASSWORD"),
)
DEFAULT_SECRET = "change-me"  # noqa: S105 - the value that production refuses


class Environment(HttpCrmEnvironment):
    """The variables of the environment or .env, there in capitals."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    app_env: Literal["development", "production"] = "development"
    # A config file of another portfolio in the place of config.py.
    callrisk_config: str = ""
    debug_mode: bool = False
    flask_secret_key: SecretStr = SecretStr(DEFAULT_SECRET)
    database_url: str = ""
    # What encrypts words and persons: the key ring itself, or its file; and the database of the
    # wrapped data keys, if it is not the one beside DATABASE_URL.
    key_ring: SecretStr = SecretStr("")
    key_ring_file: str = ""
    key_store_url: SecretStr = SecretStr("")
    api_port: int = Field(default=5000, ge=1, le=65535)
    # Where the tablet app answers in development: its page alone may hold the touch page.
    tablet_port: int = Field(default=8502, ge=1, le=65535)
    # Where the live server listens; another address than this machine's only behind a proxy.
    host: str = "127.0.0.1"
    # Where each process shows its metrics to this machine, counted on by process; None: nowhere.
    metrics_port: int | None = Field(default=None, ge=1, le=65530)
    # Where each process logs to beside the screen: empty, its own file in output; "none"; or a
    # path, to whose name that of the process is added. Renamed at so many MB, so many are kept.
    log_file: str = ""
    log_file_mb: int = Field(default=10, ge=1, le=10_000)
    log_files_kept: int = Field(default=5, ge=1, le=1_000)
    # How many proxies stand before it: so many of the addresses that they report are believed.
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    # Further origins whose pages may use the API and the sockets, separated by commas.
    cors_origins: str = ""
    # Further names under which the live server is reached, such as that of a proxy before it.
    trusted_hosts: str = ""
    # The largest table that the analytics app takes, which goes straight to the disk.
    largest_upload_mb: int = Field(default=1024, ge=1, le=1_000_000)
    # How many requests a route takes of one person, key or address; "off": any number. Counted in
    # memory, or for all servers together in Redis.
    redis_url: SecretStr = SecretStr("")
    limit_reading: str = "1200 per minute"
    limit_writing: str = "300 per minute"
    limit_exports: str = "20 per minute"
    limit_services: str = "60000 per minute"
    limit_strangers: str = "1200 per minute"
    # Recorded calls that play by themselves in development, and how fast.
    replay_calls: int = Field(default=3, ge=0, le=50)
    replay_speed: float = Field(default=1.0, gt=0, le=1000)

    # Amazon Connect: its instance, the flow of the calls, the stream of their analysis, the
    # queue of events.
    aws_region: str = "ap-northeast-1"
    aws_access_key_id: str = ""
    aws_secret_access_key: SecretStr = SecretStr("")
    aws_session_token: SecretStr = SecretStr("")
    # boto3's own: another address for all of AWS, or for its streams.
    aws_endpoint_url: str = ""
    aws_endpoint_url_kinesis: str = ""
    connect_instance_id: str = ""
    connect_contact_flow_id: str = ""
    connect_stream_arn: str = ""
    kinesis_stream_name: str = "connect-real-time-transcription"
    connect_events_queue_url: str = ""
    # Kintone: https://<subdomain>.cybozu.com, or the whole address; the app of the customers and
    # the app of the results with a token each; what the address of the webhook must end in.
    kintone_subdomain: str = ""
    kintone_base_url: str = ""
    kintone_app_id: int | None = Field(default=None, ge=1)
    kintone_api_token: SecretStr = SecretStr("")
    kintone_result_app_id: int | None = Field(default=None, ge=1)
    kintone_result_api_token: SecretStr = SecretStr("")
    kintone_guest_space_id: int | None = Field(default=None, ge=1)
    kintone_webhook_token: SecretStr = SecretStr("")
    # What some companies put before Kintone: Basic authentication, a client certificate.
    kintone_basic_user: str = ""
    kintone_basic_password: SecretStr = SecretStr("")
    kintone_client_cert: str = ""
    kintone_client_cert_password: SecretStr = SecretStr("")
    # The login by an identity provider (OpenID Connect): its address, what it calls this product,
    # which of its claims say what of a person, and whose passwords still count beside it.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_scopes: str = "openid profile email"
    oidc_roles_claim: str = "roles"
    oidc_roles: str = ""
    oidc_teams_claim: str = ""
    oidc_agent_ids_claim: str = ""
    oidc_login_claim: str = "preferred_username email"
    oidc_button_ja: str = "会社のアカウントでログイン"
    oidc_button_en: str = "Log in with the company account"
    oidc_local_accounts: Literal["all", "admin", "none"] = "admin"
    # Private networks that webhooks may lead to, separated by commas, such as 10.20.0.0/16.
    webhook_allowed_networks: str = ""
    # Where the process dies, name:passes, to prove that nothing is lost there; development only.
    callrisk_crash: str = ""

    @model_validator(mode="after")
    def _keys_go_together(self) -> Self:
        if bool(self.aws_access_key_id) != bool(self.aws_secret_access_key.get_secret_value()):
            raise ValueError(
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together: set both, or none "
                "where a role gives credentials"
            )
        return self

    @field_validator(
        "kintone_app_id",
        "kintone_result_app_id",
        "kintone_guest_space_id",
        "metrics_port",
        mode="before",
    )
    @classmethod
    def _blank_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("kintone_subdomain")
    @classmethod
    def _subdomain_is_a_name(cls, value: str) -> str:
        host_of(value)
        return value

    @model_validator(mode="after")
    def _one_crm(self) -> Self:
        if self.kintone_url and self.http_crm_url:
            raise ValueError(
                "Kintone と HTTP_CRM_URL の両方があります。どちらか一つにしてください / "
                "Kintone (KINTONE_SUBDOMAIN or KINTONE_BASE_URL) and HTTP_CRM_URL are both set, "
                "but customers are read from one CRM: take the variables of the other out"
            )
        return self

    @model_validator(mode="after")
    def _kintone_is_whole(self) -> Self:
        values = self._kintone_values
        if not self.kintone_url:
            alone = lacking(values, list(values), present=True)
            if alone:
                raise ValueError(
                    f"{' and '.join(alone)}: set without KINTONE_SUBDOMAIN, so nothing is read "
                    "or written; set KINTONE_SUBDOMAIN=example for https://example.cybozu.com"
                )
            return self
        missing = lacking(values, ("KINTONE_APP_ID", "KINTONE_API_TOKEN"), present=False)
        for pair in _TOGETHER:
            if lacking(values, pair, present=True):
                missing += lacking(values, pair, present=False)
        if missing:
            raise ValueError(f"Kintone is named without {' and '.join(missing)}: set them too")
        if self.kintone_app_id == self.kintone_result_app_id:
            raise ValueError("KINTONE_RESULT_APP_ID is the customers app; results need their own")
        webhook = self.kintone_webhook_token.get_secret_value()
        if webhook and len(webhook) < SHORTEST_SECRET:
            raise ValueError(
                f"KINTONE_WEBHOOK_TOKEN needs at least {SHORTEST_SECRET} characters that nobody "
                'can guess: python -c "import secrets; print(secrets.token_urlsafe(32))"'
            )
        return self

    @property
    def _kintone_values(self) -> dict[str, object]:
        """The values of Kintone that are set beside its address, by the names of the variables."""
        values = {
            name.upper(): getattr(self, name)
            for name in type(self).model_fields
            if name.startswith("kintone_") and name not in ("kintone_subdomain", "kintone_base_url")
        }
        return {
            name: value.get_secret_value() if isinstance(value, SecretStr) else value
            for name, value in values.items()
        }

    @property
    def secrets(self) -> dict[str, str]:
        """The secret values, by the names of the variables that hold them."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        secret = {
            name.upper(): value.get_secret_value()
            for name, value in values.items() if isinstance(value, SecretStr)
        }  # fmt: skip
        password = urlsplit(self.database_url).password or ""
        # As it is written there, and as it is meant.
        secret |= {"DATABASE_URL": password, "DATABASE_URL (password)": unquote(password)}
        secret["AWS_ACCESS_KEY_ID"] = self.aws_access_key_id
        return {name: value for name, value in secret.items() if value}

    @property
    def kintone_url(self) -> str:
        """The address of Kintone; empty if none is configured."""
        if self.kintone_base_url:
            return self.kintone_base_url.rstrip("/")
        host = host_of(self.kintone_subdomain)
        return f"https://{host}" if host else ""

    @property
    def kintone_is_here(self) -> bool:
        """True if Kintone's address is one of this machine: a stand-in, or an emulator."""
        return _is_here(self.kintone_url)

    @property
    def crm_is_here(self) -> bool:
        """True if the address of the CRM is one of this machine: a stand-in, or an emulator."""
        return _is_here(self.http_crm_url) if self.http_crm_url else self.kintone_is_here

    @property
    def names_crm(self) -> bool:
        """True if the address of a CRM is configured."""
        return bool(self.http_crm_url or self.kintone_url)

    @property
    def connect_is_real(self) -> bool:
        """True if an instance of Amazon Connect is configured that is no stand-in."""
        is_named = (
            self.connect_instance_id or self.connect_stream_arn or self.connect_events_queue_url
        )
        endpoint = self.aws_endpoint_url_kinesis or self.aws_endpoint_url
        return bool(is_named) and not (endpoint and _is_here(endpoint))

    @property
    def openid_values(self) -> dict[str, str]:
        """The values of OpenID Connect that are set, by the names of the variables."""
        secret = {"OIDC_CLIENT_SECRET": self.oidc_client_secret.get_secret_value()}
        names = [name for name in type(self).model_fields if name.startswith("oidc_")]
        return {name.upper(): str(getattr(self, name)) for name in names} | secret

    @property
    def is_reached_from_outside(self) -> bool:
        """True if other machines may reach the live server, by itself or by a proxy."""
        return bool(
            self.trusted_hosts or self.trusted_proxies or not _is_here(f"http://{self.host}")
        )

    @property
    def kintone_tokens(self) -> dict[int, str]:
        """The token of each app."""
        tokens = {
            self.kintone_app_id: self.kintone_api_token.get_secret_value(),
            self.kintone_result_app_id: self.kintone_result_api_token.get_secret_value(),
        }
        return {app: token for app, token in tokens.items() if app is not None}

    @field_validator(
        "limit_reading", "limit_writing", "limit_exports", "limit_services", "limit_strangers"
    )
    @classmethod
    def _limit_is_a_rate(cls, value: str) -> str:
        if not _RATE.fullmatch(value):
            raise ValueError(f"{value!r} is no limit: write it as 300 per minute, or off")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_has_an_address(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"(rediss?://\S+)?", value.get_secret_value()):
            raise ValueError("write it as redis://host:6379/0, or rediss:// for TLS")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _origins_are_named(cls, value: str) -> str:
        """Refuse what would let in pages that nobody named."""
        wanted = (
            "name each origin whole, without * and without a path, as https://crm.example or "
            "http://localhost:3000"
        )
        return _each_named("CORS_ORIGINS", value, _ORIGIN, wanted)

    @field_validator("trusted_hosts")
    @classmethod
    def _hosts_are_named(cls, value: str) -> str:
        """Refuse patterns: somebody else could make a name that fits."""
        wanted = "name each host alone, without scheme, port and *, as callrisk.example"
        return _each_named("TRUSTED_HOSTS", value, _HOST, wanted)

    @field_validator("webhook_allowed_networks")
    @classmethod
    def _networks_are_named(cls, value: str) -> str:
        for one in _listed(value):
            try:
                ip_network(one)
            except ValueError:
                raise ValueError(f"{one!r} is no network: write it as 10.20.0.0/16") from None
        return value

    @property
    def webhook_networks(self) -> tuple[str, ...]:
        """WEBHOOK_ALLOWED_NETWORKS as a list."""
        return _listed(self.webhook_allowed_networks)

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """CORS_ORIGINS as a list."""
        return _listed(self.cors_origins)

    @property
    def known_hosts(self) -> tuple[str, ...]:
        """TRUSTED_HOSTS as a list."""
        return _listed(self.trusted_hosts)


def _is_here(address: str) -> bool:
    """Return True if an address is one of this machine."""
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _each_named(variable: str, value: str, form: re.Pattern[str], wanted: str) -> str:
    """Return the value; ValueError for one of its parts, set apart by commas, of another form."""
    for one in _listed(value):
        if not form.fullmatch(one):
            raise ValueError(f"{variable} has {one!r}: {wanted}")
    return value


def _listed(value: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in value.split(",") if one.strip())

"""The settings of a CRM over HTTP in the environment: its address, and what lets requests in."""

from typing import Self

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings

SHORTEST_SECRET = 32
_LOGIN = ("HTTP_CRM_TOKEN_URL", "HTTP_CRM_CLIENT_ID", "HTTP_CRM_CLIENT_SECRET")


class HttpCrmEnvironment(BaseSettings):
    """The variables HTTP_CRM_…: an address, and a token or what a token is fetched with."""

    http_crm_url: str = ""
    http_crm_token: SecretStr = SecretStr("")
    # The header that the token goes along in; empty: Authorization: Bearer {token}.
    http_crm_header: str = ""
    # The client credentials of OAuth 2.0.
    http_crm_token_url: str = ""
    http_crm_client_id: str = ""
    http_crm_client_secret: SecretStr = SecretStr("")
    http_crm_scope: str = ""
    http_crm_webhook_token: SecretStr = SecretStr("")

    @model_validator(mode="after")
    def _http_crm_is_whole(self) -> Self:
        named = {name for name, value in self.http_crm_values.items() if value}
        if not self.http_crm_url:
            if named:
                raise ValueError(
                    "HTTP_CRM_URL がないため、何も読み書きしません / "
                    f"{' and '.join(sorted(named))}: set without HTTP_CRM_URL, so nothing is read "
                    "or written; set HTTP_CRM_URL=https://example.my.salesforce.com"
                )
            return self
        lacking = [name for name in _LOGIN if name not in named]
        if "HTTP_CRM_TOKEN" in named and len(lacking) < len(_LOGIN):
            raise ValueError(
                "HTTP_CRM_TOKEN か、トークンを取得する設定の、どちらかにしてください / "
                f"HTTP_CRM_TOKEN stands beside {' and '.join(sorted(named & set(_LOGIN)))}: keep "
                "the token, or what a token is fetched with"
            )
        if "HTTP_CRM_TOKEN" not in named and lacking:
            raise ValueError(
                "CRM のトークンがありません / "
                "HTTP_CRM_URL is set without HTTP_CRM_TOKEN: set it, or HTTP_CRM_TOKEN_URL, "
                f"HTTP_CRM_CLIENT_ID and HTTP_CRM_CLIENT_SECRET (missing: {', '.join(lacking)})"
            )
        webhook = self.http_crm_webhook_token.get_secret_value()
        if webhook and len(webhook) < SHORTEST_SECRET:
            raise ValueError(
                f"HTTP_CRM_WEBHOOK_TOKEN は推測できない {SHORTEST_SECRET} 文字以上にしてください / "
                f"HTTP_CRM_WEBHOOK_TOKEN needs at least {SHORTEST_SECRET} characters that nobody "
                'can guess: python -c "import secrets; print(secrets.token_urlsafe(32))"'
            )
        return self

    @property
    def http_crm_values(self) -> dict[str, str]:
        """The values that are set beside its address, by the names of the variables."""
        values = {
            name.upper(): getattr(self, name)
            for name in HttpCrmEnvironment.model_fields
            if name != "http_crm_url"
        }
        return {
            name: value.get_secret_value() if isinstance(value, SecretStr) else value
            for name, value in values.items()
        }

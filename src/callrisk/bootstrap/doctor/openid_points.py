"""The points of the identity provider: its settings, its documents, its keys."""

from collections.abc import Iterator

from callrisk.bootstrap.doctor.finding import Finding, State, good, not_set_up
from callrisk.bootstrap.login.configured_provider import configured_provider
from callrisk.domain.access.provider_login import ProviderError
from callrisk.domain.wording import Text
from callrisk.settings import Settings, openid_faults

_NAME = "openid"
_SET_UP = Text(
    ".env の OIDC_… の行を直す（docs/access.md）", "correct OIDC_… in .env (docs/access.md)"
)
_USE = Text(
    "会社のアカウントでログインするときは、.env に OIDC_… を設定（docs/access.md）",
    "to log in with the company's accounts set OIDC_… in .env (docs/access.md)",
)


def openid_points(settings: Settings) -> Iterator[Finding]:
    """Yield the points of the identity provider; nothing of it is logged in to."""
    faults = openid_faults(settings)
    for one in faults:
        text = Text(f"設定に足りません: {one}", f"the settings need: {one}")
        yield Finding(_NAME, State.WRONG, text, _SET_UP)
    if faults:
        return
    provider = configured_provider(settings)
    if provider is None:
        yield not_set_up(_NAME, "設定されていません", "not set up", _USE)
        return
    try:
        keys = provider.check()
    except ProviderError as error:
        text = Text(f"ログイン先から正しい応答がありません: {error}", f"no right answer: {error}")
        yield Finding(_NAME, State.WRONG, text, _SET_UP)
        return
    yield good(
        _NAME, f"{provider.issuer} が応答します（鍵 {keys} 個）",
        f"{provider.issuer} answers, with {keys} keys",
    )  # fmt: skip

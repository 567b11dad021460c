"""The identity provider that the settings name, and whose passwords count beside it."""

from callrisk.domain.access.policy_table import ROLES_OF_PERSONS, Role
from callrisk.domain.wording import Text
from callrisk.integrations.openid.provider import Provider, Registration
from callrisk.integrations.openid.provider_documents import ProviderDocuments
from callrisk.people.accounts import LoginWays
from callrisk.people.openid.claimed_person import ClaimRules
from callrisk.people.openid.openid_login import ProviderChoice
from callrisk.settings import NO_OPENID, Settings, SettingsError, openid_faults
from callrisk.settings.openid_settings import roles_by_value

_WITH_PASSWORDS = {
    "all": frozenset(ROLES_OF_PERSONS),
    "admin": frozenset({Role.ADMIN}),
    "none": frozenset[Role](),
}


def configured_provider(settings: Settings) -> Provider | None:
    """Return the provider that the settings name, None for none; SettingsError for half a one."""
    faults, env = openid_faults(settings), settings.env
    if faults:
        raise SettingsError(NO_OPENID.format(faults="; ".join(faults)))
    if not env.oidc_issuer:
        return None
    secret = env.oidc_client_secret.get_secret_value()
    own = Registration(env.oidc_issuer, env.oidc_client_id, secret, env.oidc_scopes)
    return Provider(own, ProviderDocuments(env.oidc_issuer))


def login_ways(settings: Settings) -> LoginWays:
    """Return how persons log in; SettingsError for half a provider."""
    provider, env = configured_provider(settings), settings.env
    if provider is None:
        return LoginWays()
    rules = ClaimRules(
        tuple(env.oidc_roles_claim.split()), roles_by_value(env.oidc_roles),
        tuple(env.oidc_login_claim.split()), env.oidc_teams_claim, env.oidc_agent_ids_claim,
    )  # fmt: skip
    button = Text(env.oidc_button_ja, env.oidc_button_en)
    choice = ProviderChoice(provider, rules, button)
    return LoginWays(choice, _WITH_PASSWORDS[env.oidc_local_accounts])

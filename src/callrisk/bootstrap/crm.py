"""The choice of the CRM: each that the settings can name has its builder here.

A further CRM is a folder in `integrations` that implements the protocols of `crm.directory`, a
builder beside `bootstrap.kintone`, its settings, and a line in `configured_access`.
"""

from callrisk.background.retry import RETRIES, RetryTable
from callrisk.bootstrap.http_crm import http_crm_of_settings
from callrisk.bootstrap.kintone import kintone_of_settings
from callrisk.crm.directory import CrmAccess
from callrisk.settings import Settings


def configured_access(settings: Settings, retries: RetryTable = RETRIES) -> CrmAccess | None:
    """Return the access to the CRM that the settings name, or None where they name none."""
    return http_crm_of_settings(settings, retries) or kintone_of_settings(settings, retries)

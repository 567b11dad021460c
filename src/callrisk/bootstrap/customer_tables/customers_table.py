"""The customer records at the start of the server: a table of data/raw, before any CRM answers."""

import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from callrisk.crm.directory import CrmAccess
from callrisk.crm.records import Customers
from callrisk.data_folder import (
    customer_table,
    is_demo,
    pulled_table,
    real_customer_table,
    table_beside_crm,
)
from callrisk.domain.customer import Customer
from callrisk.integrations.spreadsheet.customer_table import ExcludedColumns, read_customer_table
from callrisk.integrations.spreadsheet.rows import DataError
from callrisk.pipeline.file_formats import customer_format
from callrisk.settings import Settings
from callrisk.store.queries import Queries

logger = logging.getLogger(__name__)


def known_customers(settings: Settings, queries: Queries, crm: CrmAccess | None) -> Customers:
    """Return the records of the customers table; DataError where no CRM could replace it."""
    raw = settings.raw_dir
    if crm is None:
        # Generated records never stand in for real ones.
        table = real_customer_table(raw) if settings.is_production else customer_table(raw)
        records = {} if table is None else _read(settings, table)
        demo = table is not None and is_demo(table)
        return Customers(records, settings.customer_fields, queries, demo, None)
    table = table_beside_crm(
        raw, pulled_table(raw, settings.pulled_from, settings.crm_is_demo), crm.demo
    )
    records = {} if table is None else _read_if_fit(settings, table)
    return Customers(records, settings.customer_fields, queries, crm.demo, crm.directory.name)


def _read_if_fit(settings: Settings, table: Path) -> dict[str, Customer]:
    """Return the records of a table; none if it is damaged, as the CRM is asked for each call."""
    try:
        return _read(settings, table)
    except DataError as error:
        logger.warning("starting without the customers table: %s", error)
        return {}


def _read(settings: Settings, table: Path) -> dict[str, Customer]:
    as_of = datetime.fromtimestamp(table.stat().st_mtime, UTC)
    listed = read_customer_table(table, customer_format(settings), ExcludedColumns())
    for warning in listed.left_out.warnings():
        logger.warning("%s: %s", table.name, warning)
    customers = listed.records
    return {number: replace(customer, as_of=as_of) for number, customer in customers.items()}

"""All customers of a CRM over HTTP: python benchmarks/http_crm.py [--records 100000]

Against servers in the shapes of Salesforce (pages of 2,000 by address) and HubSpot (pages of 100 by
cursor), each in a process of its own: seconds, and how much the memory of the pull grew.
"""

import argparse
import logging
import multiprocessing
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

import tests_on_path  # noqa: F401
from callrisk.crm.pulling import pull
from callrisk.settings import Settings, load
from harness import ROOT
from harness.http_crm.crm_settings import of_hubspot, of_salesforce, pulled_of
from harness.http_crm.hubspot import HubSpot
from harness.http_crm.json_server import JsonServer
from harness.http_crm.salesforce import Salesforce, contact

# A pull holds a page, not the table.
_MOST_MEMORY_MB = 50.0


class Elsewhere(JsonServer):
    """The address of a server that another process runs."""

    def __init__(self, url: str) -> None:
        self.url = url


def salesforce(records: int) -> JsonServer:
    """Return a Salesforce with so many contacts."""
    return Salesforce([
        contact(str(1001 + number), Name=f"仮名 {number}", ContractAmount__c=1000 + number)
        for number in range(records)
    ])  # fmt: skip


def hubspot(records: int) -> JsonServer:
    """Return a HubSpot with so many contacts."""
    names = ("lastname", "phone", "mobilephone", "late_payments", "contract_amount",
             "payment_method", "contract_months", "years_employed")  # fmt: skip
    blank = dict[str, str | None].fromkeys(names)
    return HubSpot({str(n): blank | {"customer_no": str(1001 + n)} for n in range(records)})


_MADE: dict[str, Callable[[int], JsonServer]] = {"Salesforce": salesforce, "HubSpot": hubspot}


def serve(name: str, records: int, told: Connection) -> None:
    """Run a server until the other end says enough."""
    told.send(_MADE[name](records).url)
    told.recv()


def measured(name: str, records: int, settings: Settings, folder: Path) -> bool:
    """Pull everything and print the figures; return whether all came in bounded memory."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=serve, args=(name, records, there), daemon=True
    )
    process.start()
    server = Elsewhere(here.recv())
    named = (of_salesforce if name == "Salesforce" else of_hubspot)(settings, server)
    resident = psutil.Process().memory_info
    held = [resident().rss]
    began = time.monotonic()
    rows = pull(
        pulled_of(named), folder / f"{name}.csv", named.http_crm_codes,
        lambda _rows: held.append(resident().rss),
    )  # fmt: skip
    took_s, grown_mb = time.monotonic() - began, (max(held) - held[0]) / 1e6
    here.send("enough")
    process.join(10)
    print(f"{name}: {rows:,} records in {took_s:.1f} s, memory {grown_mb:+.1f} MB", flush=True)
    return rows == records and grown_mb <= _MOST_MEMORY_MB


def main() -> int:
    """Print the figures; return 1 when a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    with TemporaryDirectory() as folder:
        settings = load(ROOT).model_copy(update={"root": Path(folder)})
        kept = [measured(name, options.records, settings, Path(folder)) for name in _MADE]
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(main())

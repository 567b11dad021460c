"""The command that makes sample data: `python -m callrisk.sample --out DIR`."""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from tqdm import tqdm

from callrisk.sample import generator as sample
from callrisk.sample.generator import SampleError, SampleRequest, generate_sample
from callrisk.sample.output_files import Row, write, write_truth

# Read and write for the user who started it, nothing for others; Windows has no such bits.
_PRIVATE = 0o077


def main(arguments: list[str] | None = None) -> int:
    """Write the requested sample; return 1 after one clear line when that is impossible."""
    target = _parser().parse_args(arguments)
    # Real tables will lie beside the sample: what is made here is for who made it alone.
    os.umask(_PRIVATE)
    try:
        request = SampleRequest(
            target.calls, target.customers, target.seed, target.auc, target.recorded
        )
        made = generate_sample(request)
        write(made, target.out, target.format, partial(_with_progress, total=request.calls))
        if target.truth is not None:
            write_truth(made, target.truth)
    except (SampleError, OSError) as error:
        sys.stderr.write(f"callrisk.sample: {error}\n")
        return 1
    return 0


def _with_progress(rows: Iterator[Row], total: int) -> Iterable[Row]:
    return tqdm(rows, total=total, desc="DEMO sample", unit="call", disable=None)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m callrisk.sample",
        description="Make a fictional call export, its customers and recorded calls to replay.",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    parser.add_argument("--calls", type=int, default=sample.CALLS, help="rows of the export")
    parser.add_argument("--customers", type=int, default=sample.CUSTOMERS, help="customer records")
    parser.add_argument("--seed", type=int, default=sample.SEED, help="same seed, same sample")
    parser.add_argument(
        "--auc", type=float, default=sample.AUC, help="how well the truth ranks; 0.5 = nothing"
    )
    parser.add_argument("--format", choices=("xlsx", "csv"), default="xlsx", help="of the export")
    parser.add_argument("--recorded", type=int, default=sample.RECORDED, help="calls to replay")
    parser.add_argument("--truth", type=Path, help="also write the true risks, for tests only")
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""The AWS Lambda on the stream of the live analysis; see README.md beside this file."""

import logging
from pathlib import Path

from callrisk.bootstrap.lambda_handler import make_handler

logging.getLogger().setLevel(logging.INFO)

handler = make_handler(Path(__file__).resolve().parent)

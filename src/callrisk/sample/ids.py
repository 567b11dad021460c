"""Ids that look like Amazon's and come from a seeded generator."""

import uuid

import numpy as np


def new_id(rng: np.random.Generator) -> str:
    """A random UUID."""
    return str(uuid.UUID(bytes=rng.bytes(16), version=4))

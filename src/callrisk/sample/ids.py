"""Random ids in the format of Amazon Connect, from a seeded generator."""

import uuid

import numpy as np


def new_id(rng: np.random.Generator) -> str:
    """Return a random UUID."""
    return str(uuid.UUID(bytes=rng.bytes(16), version=4))

"""The model that every part of config.py is read by: frozen, without unknown fields."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A frozen model without unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

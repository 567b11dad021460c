"""The stored runs and model versions, the champion, and the record of promotions."""

from callrisk.artifacts.champion import Action, Champion, ChampionChange, champion, history
from callrisk.artifacts.files import ArtifactError, write_file, write_folder
from callrisk.artifacts.promotion import (
    PromotionRefusedError,
    finish_training,
    gate,
    person,
    promote,
    rollback,
    why_no_rollback,
)
from callrisk.artifacts.versions import (
    fingerprint,
    load_version,
    new_version,
    save_version,
    version_figures,
    version_names,
    version_text,
)

__all__ = [
    "Action",
    "ArtifactError",
    "Champion",
    "ChampionChange",
    "PromotionRefusedError",
    "champion",
    "fingerprint",
    "finish_training",
    "gate",
    "history",
    "load_version",
    "new_version",
    "person",
    "promote",
    "rollback",
    "save_version",
    "version_figures",
    "version_names",
    "version_text",
    "why_no_rollback",
    "write_file",
    "write_folder",
]

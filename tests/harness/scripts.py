"""The entry scripts and the benchmarks as modules, fresh each time."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from harness import ROOT


def module_of(path: str | Path) -> ModuleType:
    """Return a Python file of the repository as a module; its name is that of the file."""
    file = ROOT / path
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec
    assert spec.loader
    module = sys.modules[file.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

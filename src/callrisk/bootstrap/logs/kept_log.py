"""A log file that is renamed when it is full, and goes on where it cannot be renamed."""

from logging.handlers import RotatingFileHandler
from pathlib import Path


class KeptLog(RotatingFileHandler):
    """A log that grows on while another program holds it, and loses no line for that.

    Windows renames no file that is open elsewhere, such as in an editor, or in a second training.
    """

    def doRollover(self) -> None:  # noqa: N802 - the name that logging calls
        """Rename the full file and begin anew; leave all as it is where that is not possible."""
        if self.stream:
            self.stream.close()
            # The base class closes what it finds here.
            self.stream = None
        try:
            # First, since the base class moves the older files before it learns that it cannot.
            Path(self.baseFilename).replace(self._full)
        except PermissionError:
            self.stream = self._open()
            return
        super().doRollover()

    def rotate(self, source: str, dest: str) -> None:
        """Move the file that was renamed already."""
        self._full.replace(dest)

    @property
    def _full(self) -> Path:
        return Path(f"{self.baseFilename}.full")

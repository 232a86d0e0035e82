"""Files that are read again when they change, without a restart."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from bot.errors import OperatorError

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Watched(Generic[T]):
    """A file that is read again when it changes.

    A change that cannot be read leaves the last good reading in force; the log names the place.
    """

    def __init__(self, path: Path, read: Callable[[Path], T]) -> None:
        self._path = path
        self._read = read
        self._lock = threading.Lock()
        self._stamp = self._stat()
        self._value = read(path)

    def get(self) -> T:
        with self._lock:
            stamp = self._stat()
            if stamp != self._stamp:
                self._stamp = stamp
                try:
                    self._value = self._read(self._path)
                except OperatorError as error:
                    _log.warning("%s Isi sebelumnya tetap dipakai.", error)
            return self._value

    def _stat(self) -> tuple[int, int] | None:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size

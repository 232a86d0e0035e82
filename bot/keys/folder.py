"""Keys as files of one folder, outside the database and its backups."""

import os
from collections.abc import Iterator
from pathlib import Path

from bot.errors import OperatorError
from bot.keys.cache import KeysUnavailable
from bot.keys.crypto import KEY_SIZE


class KeyFolder:
    """One file of 32 bytes a key; the first writer wins, so replicas that share it agree."""

    remote = False

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise OperatorError(
                f"Folder kunci {path} tidak dapat dibuat: {error.strerror}. "
                "Ubah KEYS_URL atau izin foldernya."
            ) from error

    def get(self, name: str) -> bytes | None:
        try:
            value = (self.path / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeysUnavailable(
                f"Kunci {name} di {self.path} tidak dapat dibaca: {error.strerror}."
            ) from error
        if len(value) != KEY_SIZE:
            raise OperatorError(
                f"Kunci {name} di {self.path} rusak: panjangnya bukan {KEY_SIZE} bita."
            )
        return value

    def create(self, name: str, value: bytes) -> bytes:
        """Store ``value`` unless the key exists, and return the one that is stored."""
        temporary = self.path / f".{name}.{os.urandom(8).hex()}"
        try:
            self._write(temporary, value)
            os.link(temporary, self.path / name)
        except FileExistsError:
            return self._existing(name)
        except OSError as error:
            raise KeysUnavailable(
                f"Kunci {name} tidak dapat disimpan di {self.path}: {error.strerror}. "
                "Periksa ruang dan izin folder kunci."
            ) from error
        finally:
            temporary.unlink(missing_ok=True)
        self._sync_folder()
        return value

    def destroy(self, name: str) -> None:
        """Overwrite and remove a key; a key that is already gone is no error."""
        path = self.path / name
        try:
            with path.open("r+b") as file:
                file.write(os.urandom(KEY_SIZE))
                os.fsync(file.fileno())
            path.unlink()
        except FileNotFoundError:
            return
        self._sync_folder()

    def names(self) -> Iterator[str]:
        return (entry.name for entry in self.path.iterdir() if not entry.name.startswith("."))

    def _existing(self, name: str) -> bytes:
        value = self.get(name)
        if value is None:
            raise KeysUnavailable(f"Kunci {name} hilang saat dibuat; ulangi perintahnya.")
        return value

    @staticmethod
    def _write(path: Path, value: bytes) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(value)
            file.flush()
            os.fsync(file.fileno())

    def _sync_folder(self) -> None:
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

"""Keys as objects of a bucket, for replicas on several machines (S3 and alike, GCS, Azure).

Who writes first wins by a conditional write. The bucket must not keep versions: a key deleted
there has to be gone.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import MemoryStore, ObjectStore, from_url

from bot.errors import OperatorError
from bot.keys.cache import KeysUnavailable
from bot.keys.crypto import KEY_SIZE, new_key
from bot.limits import KEY_BUCKET_CONNECT, KEY_BUCKET_TIMEOUT

_PROBE = ".probe-"


class KeyBucket:
    """One object of 32 bytes a key. Reading waits for the network: `KeyCache` stands in front."""

    remote = True

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def get(self, name: str) -> bytes | None:
        with _reached():
            try:
                value = bytes(obstore.get(self._store, name).bytes())
            except FileNotFoundError:
                return None
        if len(value) != KEY_SIZE:
            raise OperatorError(f"Kunci {name} di ember rusak: panjangnya bukan {KEY_SIZE} bita.")
        return value

    def create(self, name: str, value: bytes) -> bytes:
        """Store ``value`` unless the key exists, and return the one that is stored."""
        with _reached():
            try:
                obstore.put(self._store, name, value, mode="create", use_multipart=False)
            except AlreadyExistsError:
                pass
            else:
                return value
        existing = self.get(name)
        if existing is None:
            raise KeysUnavailable(f"Kunci {name} hilang saat dibuat; ulangi perintahnya.")
        return existing

    def destroy(self, name: str) -> None:
        """Delete a key; a key that is already gone is no error."""
        with _reached():
            try:
                obstore.delete(self._store, name)
            except FileNotFoundError:
                return

    def names(self) -> Iterator[str]:
        with _reached():
            found = [str(item["path"]) for page in obstore.list(self._store) for item in page]
        return (name for name in found if not name.startswith("."))

    def check(self) -> None:
        """Raises OperatorError where the first writer does not win, or deleted keys are kept."""
        name = _PROBE + new_key().hex()
        with _reached():
            try:
                self._check_first_wins(name)
                version = obstore.head(self._store, name)["version"]
            finally:
                obstore.delete(self._store, name)
            if version and self._readable(name, version):
                raise OperatorError(
                    "Ember KEYS_URL menyimpan versi lama, sehingga kunci yang dimusnahkan tetap "
                    "ada. Matikan versi (versioning) dan penghapusan lunak, atau pakai ember lain."
                )

    def _check_first_wins(self, name: str) -> None:
        for _ in range(2):
            try:
                obstore.put(self._store, name, new_key(), mode="create", use_multipart=False)
            except AlreadyExistsError:
                return
        raise OperatorError(
            "Ember KEYS_URL tidak mengenal penulisan bersyarat, sehingga dua replika dapat "
            "memakai kunci yang berbeda. Pakai layanan lain atau folder bersama."
        )

    def _readable(self, name: str, version: str) -> bool:
        try:
            obstore.get(self._store, name, options={"version": version}).bytes()
        except (BaseError, OSError):
            return False
        return True


def open_bucket(url: str) -> KeyBucket:
    """The bucket behind ``s3://``, ``gs://``, ``az://`` or ``memory:``; its credentials come from
    the environment under the provider's own names. Raises OperatorError."""
    if url.startswith("memory:"):
        return KeyBucket(MemoryStore())
    try:
        store = from_url(
            url,
            client_options={
                # given options replace those of the environment, this one included
                "allow_http": os.environ.get("AWS_ALLOW_HTTP", "").casefold() in ("1", "true"),
                "connect_timeout": timedelta(seconds=KEY_BUCKET_CONNECT),
                "timeout": timedelta(seconds=KEY_BUCKET_TIMEOUT),
            },
            retry_config={
                "max_retries": 2,
                "retry_timeout": timedelta(seconds=KEY_BUCKET_TIMEOUT),
                "backoff": {
                    "init_backoff": timedelta(milliseconds=50),
                    "max_backoff": timedelta(seconds=1),
                    "base": 2,
                },
            },
        )
    except (BaseError, ValueError, TypeError):
        raise OperatorError(
            "KEYS_URL tidak dapat dibaca. Contoh: data/keys, s3://ember/kunci, gs://ember, "
            "az://wadah."
        ) from None
    bucket = KeyBucket(store)
    bucket.check()
    return bucket


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        if isinstance(error, KeysUnavailable):
            raise
        raise KeysUnavailable(
            f"Ember kunci (KEYS_URL) tidak dapat dihubungi atau menolak ({type(error).__name__})."
        ) from None

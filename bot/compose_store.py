"""Putting together what is stored: the database, and the keys and the salt that belong to it."""

from contextlib import AsyncExitStack
from pathlib import Path

from bot.disk import folder_of
from bot.errors import OperatorError
from bot.keys.crypto import keyed_hash, new_key
from bot.keys.ring import KeyRing
from bot.settings import Settings
from bot.store import cases
from bot.store.engine import Database, locked, open_database, sqlite_path
from bot.store.migrate import is_current, migrate


async def open_store(settings: Settings, stack: AsyncExitStack) -> Database:
    """The database, migrated when it is SQLite, which only one process may use.

    Raises OperatorError.
    """
    database = open_database(settings.database_url)
    stack.push_async_callback(database.close)
    path = sqlite_path(settings.database_url)
    if path:
        await stack.enter_async_context(locked(path.with_suffix(".lock")))
        await migrate(database)
    elif not await is_current(database):
        raise OperatorError("Tabel basis data belum terbaru. Jalankan: python -m bot migrate.")
    return database


async def salt(settings: Settings, database: Database, ring: KeyRing) -> bytes:
    """The receipts' salt: a permanent random row, mixed with SERVER_KEY from outside it."""
    row = await cases.constant(database, "receipt-salt", new_key())
    server_key = settings.server_key.encode() or (ring.server_key() if settings.is_demo else b"")
    mixed = keyed_hash(row, server_key.hex(), "server key", 32)
    if server_key and await cases.constant(database, "server-key-check", mixed) != mixed:
        raise OperatorError(
            "SERVER_KEY bukan yang dipakai basis data ini; kode yang sudah dibagikan tidak akan "
            "terbuka. Kembalikan SERVER_KEY yang lama, atau pakai basis data baru."
        )
    return keyed_hash(mixed, "", "receipt salt")


async def check_keys(database: Database, ring: KeyRing) -> None:
    """Keys of another database must not be used, and still less destroyed."""
    if not ring.belongs_to(await cases.constant(database, "database-id", new_key())):
        raise OperatorError(
            "Folder kunci (KEYS_URL) milik basis data lain. Periksa KEYS_URL dan DATABASE_URL; "
            "tidak ada yang diubah."
        )


def cache_folder(settings: Settings) -> Path:
    """Where what can be made again is kept."""
    path = sqlite_path(settings.database_url)
    return (path.parent if path else Path("data")) / "cache"


def data_folder(settings: Settings) -> Path | None:
    """A folder on the disk that fills up; None where everything lies on other machines."""
    path = sqlite_path(settings.database_url)
    return path.parent if path else folder_of(settings.evidence_url)

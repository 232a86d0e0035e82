"""Open the database: SQLite by default, PostgreSQL by URL, through one code path."""

import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import OperatorError

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "busy_timeout=10000",
    "foreign_keys=ON",
)


class Database:
    """An engine and the two ways to use it: `begin` to write, `read` to read."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """One write transaction; on SQLite it takes the write lock at once."""
        async with self.engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection without a transaction, which locks nothing."""
        async with self.engine.connect() as connection:
            yield await connection.execution_options(isolation_level="AUTOCOMMIT")

    async def close(self) -> None:
        await self.engine.dispose()

    async def wipe_log(self) -> None:
        """After an erasure that a person asked for: on SQLite at once, elsewhere by the sweep."""
        if self.is_sqlite:
            await self.truncate_log()

    async def truncate_log(self) -> None:
        """Wipe erased rows out of SQLite's write-ahead log; PostgreSQL needs VACUUM instead."""
        statement = "PRAGMA wal_checkpoint(TRUNCATE)" if self.is_sqlite else "VACUUM"
        async with self.read() as connection:
            await connection.exec_driver_sql(statement)


def open_database(url: str) -> Database:
    """Make an engine for ``DATABASE_URL``. Raises OperatorError for a URL we do not serve."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise OperatorError(
            "DATABASE_URL tidak dapat dibaca. Contoh: sqlite+aiosqlite:///data/tanya.db "
            "atau postgresql+asyncpg://pengguna:sandi@host/nama."
        ) from None
    if parsed.drivername == "sqlite+aiosqlite":
        return Database(_sqlite(parsed))
    if parsed.drivername == "postgresql+asyncpg":
        return Database(create_async_engine(parsed, pool_pre_ping=True, hide_parameters=True))
    raise OperatorError(
        f"DATABASE_URL memakai {parsed.drivername}; yang dilayani hanya "
        "sqlite+aiosqlite dan postgresql+asyncpg."
    )


@asynccontextmanager
async def locked(path: Path) -> AsyncIterator[None]:
    """Hold the lock file that keeps a second process off one SQLite database."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OperatorError(
                f"Basis data SQLite ini sedang dipakai proses lain ({path}). Hentikan proses itu, "
                "atau pakai PostgreSQL untuk lebih dari satu proses."
            ) from None
        yield
    finally:
        os.close(descriptor)


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite URL; None for PostgreSQL."""
    parsed = make_url(url)
    return (
        Path(parsed.database)
        if parsed.drivername.startswith("sqlite") and parsed.database
        else None
    )


def _sqlite(url: URL) -> AsyncEngine:
    if url.database:
        folder = Path(url.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OperatorError(
                f"Folder data {folder} tidak dapat dibuat: {error.strerror}. "
                "Ubah DATABASE_URL atau izin foldernya."
            ) from error
    engine = create_async_engine(url, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")

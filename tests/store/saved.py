"""A database saved and restored by the commands of docs/untuk-instansi.md."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg

from bot.store.engine import sqlite_path
from tests.scale.stoppable import open_to_all, tool


def save(url: str, folder: Path) -> None:
    """While the service runs."""
    open_to_all(folder)
    if path := sqlite_path(url):
        with (
            closing(sqlite3.connect(path)) as source,
            closing(sqlite3.connect(folder / "saved.db")) as copy,
        ):
            source.backup(copy)  # what the command sqlite3 calls .backup
    else:
        tool("pg_dump", "--format=custom", f"--file={folder / 'saved.dump'}", _for_tools(url))


def restore(folder: Path, url: str) -> None:
    """Into an empty place."""
    if path := sqlite_path(url):
        shutil.copy(folder / "saved.db", path)
    else:
        tool("pg_restore", f"--dbname={_for_tools(url)}", str(folder / "saved.dump"))


async def create_beside(url: str, name: str) -> None:
    """A new, empty PostgreSQL database at the same server."""
    connection = await asyncpg.connect(_for_tools(url))
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    finally:
        await connection.close()


def _for_tools(url: str) -> str:
    return url.replace("+asyncpg", "")

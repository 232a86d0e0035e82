"""Bring the tables up to date with Alembic, and tell whether they are.

Alembic takes a third of a second to import, so only where there is something to do.
"""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table
from sqlalchemy.exc import DBAPIError

from bot.errors import OperatorError
from bot.store.engine import Database

_MIGRATIONS = Path(__file__).parent / "migrations"
_APPLIED = table("alembic_version", column("version_num"))


async def migrate(database: Database) -> None:
    """Run every migration that is missing. Raises OperatorError when the database refuses."""
    try:
        async with database.engine.begin() as connection:
            await connection.run_sync(_upgrade)
    except (DBAPIError, OSError) as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        raise OperatorError(
            f"Basis data tidak dapat disiapkan ({reason}). "
            "Periksa DATABASE_URL, izin folder, dan ruang disk."
        ) from error


async def is_current(database: Database, *, exactly: bool = False) -> bool:
    """Whether every migration that this program knows was made, and ``exactly`` those.

    A newer program may have made more: migrations only add, so that older replicas go on serving
    while they are replaced.
    """
    async with database.read() as connection:
        version = await connection.run_sync(_version)
    return version == head() if exactly else version >= head()


def _upgrade(connection: Connection) -> None:
    if _version(connection) >= head():
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _version(connection: Connection) -> str:
    """That of the tables, empty where there are none."""
    if not inspect(connection).has_table(_APPLIED.name):
        return ""
    return max(connection.scalars(select(_APPLIED.c.version_num)), default="")


@cache
def head() -> str:
    """The newest version that this program knows: its files are numbered in order."""
    return max(path.name for path in (_MIGRATIONS / "versions").glob("[0-9]*.py")).split("_")[0]

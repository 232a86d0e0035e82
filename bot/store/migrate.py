"""Bring the tables up to date with Alembic, and tell whether they are."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.errors import OperatorError
from bot.store.engine import Database

_MIGRATIONS = Path(__file__).parent / "migrations"


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


async def is_current(database: Database) -> bool:
    async with database.read() as connection:
        return await connection.run_sync(_at_head)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    command.upgrade(_config(connection), "head")


def _at_head(connection: Connection) -> bool:
    return set(MigrationContext.configure(connection).get_current_heads()) == _heads()


@cache
def _heads() -> frozenset[str]:
    """What this program knows; read once, as a balancer asks for readiness every few seconds."""
    return frozenset(ScriptDirectory(str(_MIGRATIONS)).get_heads())

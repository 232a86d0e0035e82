"""Tables are brought up to date once, and Alembic is not asked when there is nothing to do."""

from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text

from bot.store import migrate as module
from bot.store.engine import Database, open_database
from bot.store.migrate import head, is_current, migrate


def test_the_newest_file_is_the_newest_version() -> None:
    folder = Path(module.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_heads() == [head()]


async def test_current_tables_are_left_alone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(command, "upgrade", never)
    assert await is_current(database)
    await migrate(database)


async def test_an_empty_database_is_made_current(tmp_path: Path) -> None:
    empty = open_database(f"sqlite+aiosqlite:///{tmp_path / 'tanya.db'}")
    assert not await is_current(empty)
    await migrate(empty)
    assert await is_current(empty)
    await empty.close()


async def test_what_a_newer_version_added_leaves_an_older_replica_serving(
    database: Database,
) -> None:
    async with database.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert await is_current(database)
    assert not await is_current(database, exactly=True)  # a copy would lose what was added
    await migrate(database)

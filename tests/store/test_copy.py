"""Moving from SQLite to PostgreSQL: everything, verified, once."""

from pathlib import Path

import pytest
from sqlalchemy import delete, insert

from bot.cli.store import _copy
from bot.clock import SetClock
from bot.errors import OperatorError
from bot.keys.ring import KeyRing
from bot.store import cases
from bot.store.conversations import add_trace, mark_seen
from bot.store.copy import copy, take_inventory
from bot.store.engine import Database, locked, open_database
from bot.store.schema import conversations, feedback, metadata, seen
from tests.conftest import fresh_postgresql
from tests.store.test_outbox import DAY, accept


@pytest.fixture
async def filled(sqlite_database: Database, ring: KeyRing, clock: SetClock) -> Database:
    for number in range(1, 6):
        await accept(sqlite_database, ring, number, due=int(clock.now()))
    async with sqlite_database.begin() as connection:
        await mark_seen(connection, b"\x00\xff event", DAY)
        await add_trace(connection, "t1", b"chat", DAY, bytes(range(256)))
        row = {"key": b"k", "day": DAY, "version": 2**40, "body": b""}
        await connection.execute(insert(conversations).values(row))
        marks = [{"hash": n.to_bytes(4, "big"), "day": DAY} for n in range(1_200)]
        await connection.execute(insert(seen), marks)
        helped = {"topic": "like", "outcome": "ya — ‘tentu’", "day": DAY, "count": 3}
        await connection.execute(insert(feedback).values(helped))
    return sqlite_database


@pytest.fixture
async def target(postgres_server: str) -> str:
    return await fresh_postgresql(postgres_server)


def _url(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


async def test_everything_arrives_and_opens_with_the_same_keys(
    filled: Database, target: str, ring: KeyRing
) -> None:
    copied = await _copy(_url(filled), target)
    assert set(copied) == set(metadata.tables)
    assert copied["seen"].rows == 1_201
    assert copied["outbox"].rows == copied["cases"].rows == 5
    there = open_database(target)
    async with there.begin() as new, filled.begin() as old:
        assert await take_inventory(new) == await take_inventory(old) == copied
    first = (await cases.cases_of_kind(there, "tip"))[0]
    assert await cases.messages_of(there, first.id) == await cases.messages_of(filled, first.id)
    await there.close()


async def test_twice_is_once(filled: Database, target: str) -> None:
    assert await _copy(_url(filled), target) == await _copy(_url(filled), target)


async def test_a_target_with_other_data_is_refused_and_untouched(
    filled: Database, target: str
) -> None:
    there = open_database(target)
    async with there.begin() as connection:
        await mark_seen(connection, b"somebody else's", DAY)
    with pytest.raises(OperatorError, match="sudah berisi data lain"):
        await copy(filled, there)
    async with there.begin() as connection:
        assert (await take_inventory(connection))["cases"].rows == 0
    await there.close()


async def test_a_copy_that_lacks_a_row_is_noticed(filled: Database, target: str) -> None:
    await _copy(_url(filled), target)
    there = open_database(target)
    async with there.begin() as connection:
        await connection.execute(delete(conversations))
    with pytest.raises(OperatorError, match="sudah berisi data lain"):
        await copy(filled, there)
    await there.close()


async def test_a_running_service_is_not_copied(filled: Database, target: str) -> None:
    path = Path(filled.engine.url.database or "").with_suffix(".lock")
    async with locked(path):
        with pytest.raises(OperatorError, match="sedang dipakai"):
            await _copy(_url(filled), target)


async def test_a_source_that_is_not_there_is_one_clear_sentence(
    tmp_path: Path, target: str
) -> None:
    with pytest.raises(OperatorError, match="tidak ada"):
        await _copy(f"sqlite+aiosqlite:///{tmp_path}/no.db", target)

"""Copy a whole deployment from one database to another, and prove that nothing is missing.

One transaction on the target: an interrupted copy leaves nothing. Rows are compared by a hash that
does not depend on their order, because engines sort text differently.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import OperatorError
from bot.limits import COPY_LOT
from bot.store.engine import Database
from bot.store.migrate import is_current
from bot.store.schema import metadata

_ROW_HASH = 16


@dataclass(frozen=True, slots=True)
class Contents:
    """A table's number of rows, and the sum of its rows' hashes."""

    rows: int = 0
    digest: int = 0


Inventory = dict[str, Contents]


async def copy(source: Database, target: Database) -> Inventory:
    """Copy every table; returns what was copied and verified. Raises OperatorError.

    A target that already holds exactly the same is left alone and counts as copied.
    """
    await _check_tables(source, "Sumber")
    await _check_tables(target, "Tujuan")
    async with source.begin() as reading:  # on SQLite nobody writes meanwhile
        wanted = {name: Contents() for name in metadata.tables}
        async with target.begin() as writing:
            if await _filled(writing):
                return await _same_or_refused(reading, writing)
            for table in metadata.sorted_tables:
                wanted[table.name] = await _copy_table(reading, writing, table)
            if await take_inventory(writing) != wanted:
                raise OperatorError(
                    "Salinan berbeda dari sumbernya, jadi dibatalkan; tujuan tetap kosong."
                )
    return wanted


async def take_inventory(connection: AsyncConnection) -> Inventory:
    """Counts and hashes of every table, inside a transaction."""
    return {table.name: await _contents(connection, table) for table in metadata.sorted_tables}


async def _check_tables(database: Database, which: str) -> None:
    if not await is_current(database, exactly=True):
        raise OperatorError(
            f"{which}: tabelnya dari versi lain. Jalankan dulu dengan versi terbaru: "
            "python -m bot migrate."
        )


async def _filled(connection: AsyncConnection) -> bool:
    for table in metadata.sorted_tables:
        if (await connection.execute(select(func.count()).select_from(table))).scalar_one():
            return True
    return False


async def _same_or_refused(reading: AsyncConnection, writing: AsyncConnection) -> Inventory:
    there = await take_inventory(writing)
    if there == await take_inventory(reading):
        return there
    raise OperatorError(
        "Basis data tujuan sudah berisi data lain, jadi tidak ada yang disalin. Pakai basis data "
        "yang baru dan kosong."
    )


async def _copy_table(reading: AsyncConnection, writing: AsyncConnection, table: Table) -> Contents:
    copied = Contents()
    async for rows in _lots(reading, table):
        names = [column.name for column in table.columns]
        values = [dict(zip(names, row, strict=True)) for row in rows]
        await writing.execute(insert(table), values)
        copied = _added(copied, rows)
    return copied


async def _contents(connection: AsyncConnection, table: Table) -> Contents:
    found = Contents()
    async for rows in _lots(connection, table):
        found = _added(found, rows)
    return found


async def _lots(connection: AsyncConnection, table: Table) -> AsyncIterator[Sequence[Any]]:
    async with connection.stream(select(table)) as result:
        async for rows in result.partitions(COPY_LOT):
            yield rows


def _added(contents: Contents, rows: Sequence[Any]) -> Contents:
    digest = sum(_hash(row) for row in rows) + contents.digest
    return Contents(contents.rows + len(rows), digest % 2 ** (8 * _ROW_HASH))


def _hash(row: Sequence[Any]) -> int:
    """Every value with its kind and length, so that no two rows look alike."""
    state = blake2b(digest_size=_ROW_HASH)
    for value in row:
        raw = value if isinstance(value, bytes) else str(value).encode()
        state.update(f"{type(value).__name__}:{len(raw)}:".encode() + raw)
    return int.from_bytes(state.digest(), "big")

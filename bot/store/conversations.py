"""Conversation rows: loaded by any of a chat's keys, saved only if nobody else was faster."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.engine import Database
from bot.store.schema import conversations, seen, traces


class Conflict(Exception):
    """Somebody else changed the row first; read again and decide anew."""


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """``version`` 0 means that the row does not exist yet; ``body`` None removes it."""

    key: bytes
    day: str
    version: int = 0
    body: bytes | None = field(default=None, repr=False)


async def load(
    database: Database, keys: Sequence[bytes], events: Sequence[bytes]
) -> tuple[ConversationRow | None, bool]:
    """The row under the first of ``keys`` that has one, and whether an event was handled before."""
    async with database.read() as connection:
        # `seen` first: a commit in between must not show an old row beside a handled event
        repeated = (
            await connection.execute(select(seen.c.day).where(seen.c.hash.in_(events)))
        ).first()
        rows = (
            await connection.execute(select(conversations).where(conversations.c.key.in_(keys)))
        ).all()
    found = sorted(rows, key=lambda row: keys.index(row.key))
    row = found[0] if found else None
    loaded = row and ConversationRow(row.key, row.day, row.version, row.body)
    return loaded or None, repeated is not None


async def save(connection: AsyncConnection, row: ConversationRow) -> None:
    """Write the row as the next version. Raises `Conflict` when ``row.version`` is not current."""
    if row.version == 0:
        await _insert(connection, row)
        return
    same = (conversations.c.key == row.key) & (conversations.c.version == row.version)
    if row.body is None:
        result = await connection.execute(delete(conversations).where(same))
    else:
        values = {"version": row.version + 1, "body": row.body}
        result = await connection.execute(update(conversations).where(same).values(values))
    if result.rowcount == 0:
        raise Conflict


async def _insert(connection: AsyncConnection, row: ConversationRow) -> None:
    if row.body is None:
        return
    values = {"key": row.key, "day": row.day, "version": 1, "body": row.body}
    try:
        await connection.execute(insert(conversations).values(values))
    except IntegrityError as error:
        raise Conflict from error


async def mark_seen(connection: AsyncConnection, event: bytes, day: str) -> bool:
    """Remember an event; False when it was remembered already."""
    return await insert_new(connection, seen, {"hash": event, "day": day})


async def add_trace(
    connection: AsyncConnection, id_: str, chat: bytes, day: str, body: bytes
) -> None:
    values = {"id": id_, "chat": chat, "day": day, "body": body}
    await connection.execute(insert(traces).values(values))


async def load_traces(database: Database, chats: Sequence[bytes]) -> list[tuple[str, bytes]]:
    """The sealed traces of a chat: (day, body)."""
    async with database.read() as connection:
        query = select(traces.c.day, traces.c.body).where(traces.c.chat.in_(chats))
        return [(row.day, row.body) for row in await connection.execute(query)]


async def forget_chat(connection: AsyncConnection, chats: Sequence[bytes]) -> None:
    await connection.execute(delete(traces).where(traces.c.chat.in_(chats)))


async def expire_days(connection: AsyncConnection, alive: Sequence[str]) -> None:
    """Delete rows whose day key is gone; nobody can open them any more."""
    for table in (conversations, seen, traces):
        await connection.execute(delete(table).where(table.c.day.not_in(alive)))


async def insert_new(connection: AsyncConnection, table: Table, values: dict[str, Any]) -> bool:
    """Insert unless the key exists; True when it was inserted."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    result = await connection.execute(dialect.insert(table).values(values).on_conflict_do_nothing())
    return result.rowcount > 0

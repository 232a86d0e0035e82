"""Conversation rows: loaded by any of a chat's keys, saved only if nobody else was faster."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import (
    Executable,
    Table,
    bindparam,
    delete,
    exists,
    insert,
    literal_column,
    select,
    update,
)
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


_HANDLED = exists().where(seen.c.hash.in_([bindparam("today"), bindparam("yesterday")]))
_ONE = select(literal_column("1").label("one")).subquery()
_ROWS = select(
    conversations.c.key,
    conversations.c.day,
    conversations.c.version,
    conversations.c.body,
    _HANDLED.label("handled"),
).select_from(
    _ONE.outerjoin(
        conversations, conversations.c.key.in_([bindparam("key"), bindparam("older_key")])
    )
)
_SAME = (conversations.c.key == bindparam("key_")) & (
    conversations.c.version == bindparam("version_")
)
# made once: building a statement costs more than running it
_NEW, _NEW_TRACE = insert(conversations), insert(traces)
_WRITE = (
    update(conversations)
    .where(_SAME)
    .values(version=conversations.c.version + 1, body=bindparam("body_"))
)
_REMOVE = delete(conversations).where(_SAME)


async def load(
    database: Database, keys: Sequence[bytes], events: Sequence[bytes]
) -> tuple[ConversationRow | None, bool]:
    """The row under the first of ``keys`` that has one, and whether an event was handled before.

    At most two of each, today's first.
    """
    # in one statement: a commit in between must not show an old row beside a handled event
    rows = await database.look_up(
        _ROWS, today=events[0], yesterday=events[-1], key=keys[0], older_key=keys[-1]
    )
    found = [ConversationRow(*row[:4]) for row in rows if row[0] is not None]
    found.sort(key=lambda row: keys.index(row.key))
    return (found[0] if found else None), bool(rows[0][4])


async def save(connection: AsyncConnection, row: ConversationRow) -> None:
    """Write the row as the next version. Raises `Conflict` when ``row.version`` is not current."""
    if row.version == 0:
        await _insert(connection, row)
        return
    statement = _REMOVE if row.body is None else _WRITE
    result = await connection.execute(statement, _values(row))
    if result.rowcount == 0:
        raise Conflict


async def _insert(connection: AsyncConnection, row: ConversationRow) -> None:
    if row.body is None:
        return
    values = {"key": row.key, "day": row.day, "version": 1, "body": row.body}
    try:
        await connection.execute(_NEW, values)
    except IntegrityError as error:
        raise Conflict from error


async def save_free(database: Database, rows: Sequence[ConversationRow]) -> None:
    """Write rows of different chats in one transaction, leaving out those where somebody else
    was faster."""
    new = [_values(row) for row in rows if row.body is not None and not row.version]
    known = [_values(row) for row in rows if row.body is not None and row.version]
    gone = [_values(row) for row in rows if row.body is None and row.version]
    async with database.begin() as connection:
        if new:
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            statement = dialect.insert(conversations).on_conflict_do_nothing()
            await connection.execute(
                statement.values(
                    key=bindparam("key_"), day=bindparam("day_"), version=1, body=bindparam("body_")
                ),
                new,
            )
        if known:
            await connection.execute(_WRITE, known)
        if gone:
            await connection.execute(_REMOVE, gone)


def _values(row: ConversationRow) -> dict[str, Any]:
    return {"key_": row.key, "day_": row.day, "version_": row.version, "body_": row.body}


async def mark_seen(connection: AsyncConnection, event: bytes, day: str) -> bool:
    """Remember an event; False when it was remembered already."""
    return await insert_new(connection, seen, {"hash": event, "day": day})


async def add_trace(
    connection: AsyncConnection, id_: str, chat: bytes, day: str, body: bytes
) -> None:
    values = {"id": id_, "chat": chat, "day": day, "body": body}
    await connection.execute(_NEW_TRACE, values)


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
    result = await connection.execute(_unless_known(table, connection.dialect.name), values)
    return result.rowcount > 0


@cache
def _unless_known(table: Table, dialect: str) -> Executable:
    engine = sqlite if dialect == "sqlite" else postgresql
    statement: Executable = engine.insert(table).on_conflict_do_nothing()
    return statement

"""Turns at desks: pacing over all workers, and which worker holds a desk.

Whoever holds a desk remembers what was alike there, so others leave it alone until the lease
ends. SQLite has one process only; there a worker that died is not waited for.
"""

from collections.abc import Collection
from dataclasses import dataclass
from math import ceil

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.limits import DESK_LEASE
from bot.store.conversations import insert_new
from bot.store.engine import Database
from bot.store.schema import destinations


@dataclass(frozen=True, slots=True)
class Worker:
    """Who asks; ``alone``: no other process can hold a desk."""

    id: str
    alone: bool


def closed(desk: ColumnElement[str], now: int, worker: Worker | None) -> ColumnElement[bool]:
    """Whether a desk may not get a message from this worker now; one without a row may."""
    shut = destinations.c.next_at > now
    if worker and not worker.alone:
        other = and_(destinations.c.holder != worker.id, destinations.c.lease > now)
        shut = or_(shut, other)
    return select(destinations.c.desk).where(destinations.c.desk == desk, shut).exists()


async def take(
    connection: AsyncConnection, desk: str, now: int, interval: int, worker: Worker | None
) -> bool | None:
    """Take a desk's turn. None when another was faster, True where what another worker remembered
    of the desk is lost."""
    await insert_new(connection, destinations, {"desk": desk, "next_at": 0})
    query = select(destinations.c.holder).where(destinations.c.desk == desk)
    before = (await connection.execute(query.with_for_update())).scalar_one()
    values: dict[str, object] = {"next_at": now + interval}
    if worker:
        values |= {"holder": worker.id, "lease": now + DESK_LEASE}
    mine = update(destinations).where(destinations.c.desk == desk, destinations.c.next_at <= now)
    if worker and not worker.alone:
        free = or_(
            destinations.c.holder.is_(None),
            destinations.c.holder == worker.id,
            destinations.c.lease <= now,
        )
        mine = mine.where(free)
    if (await connection.execute(mine.values(values))).rowcount == 0:
        return None
    return worker is not None and before not in (None, worker.id)


async def take_for_chore(
    database: Database, desk: str, now: int, interval: int, worker: Worker
) -> bool | None:
    """`take` for what is no delivery: a summary, an edit."""
    async with database.begin() as connection:
        return await take(connection, desk, now, interval, worker)


async def next_turn(database: Database, desk: str, at: int) -> None:
    """When the desk may get its next message."""
    async with database.begin() as connection:
        same = destinations.c.desk == desk
        await connection.execute(update(destinations).where(same).values(next_at=at))


async def had(database: Database, desk: str, now: float, messages: int, interval: int) -> None:
    """So many messages were sent by now: the next comes an interval later for each, however long
    sending took, so that no minute has more of them than the platform allows."""
    await next_turn(database, desk, ceil(now) + messages * interval)


async def renew(database: Database, worker: Worker, now: int) -> None:
    """This worker still lives."""
    async with database.begin() as connection:
        mine = destinations.c.holder == worker.id
        await connection.execute(update(destinations).where(mine).values(lease=now + DESK_LEASE))


async def let_go(
    database: Database, worker: Worker, desks: Collection[str], *, nothing_lost: bool
) -> None:
    """Others may take these desks at once; ``nothing_lost``: there was nothing to remember."""
    values: dict[str, object] = {"lease": 0} | ({"holder": None} if nothing_lost else {})
    mine = and_(destinations.c.holder == worker.id, destinations.c.desk.in_(desks))
    async with database.begin() as connection:
        await connection.execute(update(destinations).where(mine).values(values))


async def let_go_of_all(database: Database, worker: Worker, remembered: Collection[str]) -> None:
    """Others may take this worker's desks at once; of those ``remembered`` something is lost."""
    mine = destinations.c.holder == worker.id
    empty = destinations.c.desk.not_in(remembered)
    async with database.begin() as connection:
        await connection.execute(update(destinations).where(mine).values(lease=0))
        await connection.execute(update(destinations).where(mine, empty).values(holder=None))


async def without_summary(database: Database, day: str) -> set[str]:
    """The desks (of those that ever got anything) that had no summary on this day yet."""
    done = destinations.c.summary_day
    query = select(destinations.c.desk).where(or_(done.is_(None), done != day))
    async with database.read() as connection:
        return set((await connection.execute(query)).scalars())


async def had_summary(database: Database, desk: str, day: str) -> None:
    async with database.begin() as connection:
        same = destinations.c.desk == desk
        await connection.execute(update(destinations).where(same).values(summary_day=day))

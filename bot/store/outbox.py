"""The outbox: what must be delivered. A row leaves only when its delivery is recorded.

``due`` is not-before, lease and back-off in one. Pacing per desk lives in ``destinations``, so it
holds over all workers; SKIP LOCKED (PostgreSQL) lets workers pass each other.
"""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.limits import GROUP_INTERVAL, LEASE, RETRY_FIRST, RETRY_LONGEST, TRIES_MAX
from bot.store.cases import WITHDRAWAL
from bot.store.conversations import insert_new
from bot.store.engine import Database
from bot.store.schema import case_messages, cases, desk_messages, destinations, outbox


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed delivery: its lease ends by itself if the worker dies."""

    id: str
    desk: str
    case_id: str
    sequence: int
    tries: int
    steps: dict[str, str]


async def claim(database: Database, now: int, interval: int = GROUP_INTERVAL) -> Job | None:
    """Take the most overdue job whose desk may get a message now, or None."""
    async with database.read() as connection:
        if (
            await connection.execute(select(outbox.c.id).where(_due(now)).limit(1))
        ).first() is None:
            return None
    async with database.begin() as connection:
        row = (await connection.execute(_next(now))).first()
        if row is None or not await _take_turn(connection, row.desk, now, interval):
            return None
        await connection.execute(
            update(outbox)
            .where(outbox.c.id == row.id)
            .values(due=now + LEASE, tries=outbox.c.tries + 1)
        )
        await connection.execute(update(cases).where(cases.c.id == row.case_id).values(handed=1))
    return Job(row.id, row.desk, row.case_id, row.sequence, row.tries + 1, json.loads(row.steps))


async def record_step(database: Database, job: Job, step: str, message: str, day: str) -> None:
    """Remember that one step of a delivery is done, before the next one begins."""
    async with database.begin() as connection:
        steps = json.dumps({**job.steps, step: message})
        await connection.execute(update(outbox).where(outbox.c.id == job.id).values(steps=steps))
        sent = {"desk": job.desk, "message": message, "case_id": job.case_id, "day": day}
        await insert_new(connection, desk_messages, sent)


async def acknowledge(database: Database, job: Job, day: str) -> None:
    """The delivery is complete: drop the job and the key that let the worker read it."""
    async with database.begin() as connection:
        await connection.execute(delete(outbox).where(outbox.c.id == job.id))
        await connection.execute(
            update(case_messages)
            .where(
                case_messages.c.case_id == job.case_id,
                case_messages.c.sequence == job.sequence,
            )
            .values(key_for_delivery=None)
        )
        if job.sequence == 0:
            await connection.execute(
                update(cases).where(cases.c.id == job.case_id).values(delivered=day)
            )
        if job.sequence == WITHDRAWAL:
            await connection.execute(
                delete(case_messages).where(case_messages.c.case_id == job.case_id)
            )


async def has_others(database: Database, job: Job) -> bool:
    """Whether another delivery of the same case is still in hand."""
    query = select(outbox.c.id).where(outbox.c.case_id == job.case_id, outbox.c.id != job.id)
    async with database.read() as connection:
        return (await connection.execute(query)).first() is not None


async def drop(database: Database, job: Job) -> None:
    """Nothing is left to deliver: the case is gone."""
    async with database.begin() as connection:
        await connection.execute(delete(outbox).where(outbox.c.id == job.id))


async def wait(database: Database, job: Job, now: int, seconds: float) -> None:
    """The platform asked to wait: the whole desk waits, and the try does not count."""
    until = now + max(1, round(seconds))
    async with database.begin() as connection:
        await connection.execute(
            update(destinations).where(destinations.c.desk == job.desk).values(next_at=until)
        )
        await connection.execute(
            update(outbox).where(outbox.c.id == job.id).values(due=until, tries=job.tries - 1)
        )


async def retry(database: Database, job: Job, now: int, *, may_die: bool = True) -> bool:
    """Try again later, doubling; False when this was the last try and the job is dead.

    ``may_die`` is False where surely nothing was sent: an outage ends, however long it lasts.
    """
    dead = may_die and job.tries >= TRIES_MAX
    pause = min(RETRY_LONGEST, RETRY_FIRST * 2 ** min(job.tries - 1, 20))
    async with database.begin() as connection:
        await connection.execute(
            update(outbox)
            .where(outbox.c.id == job.id)
            .values(due=now + pause, dead=1 if dead else 0)
        )
    return not dead


async def give_up(database: Database, job: Job) -> None:
    """Trying again is useless; the body is kept for the operator."""
    async with database.begin() as connection:
        await connection.execute(update(outbox).where(outbox.c.id == job.id).values(dead=1))


async def dead(database: Database) -> list[Job]:
    """Jobs that need the operator."""
    async with database.read() as connection:
        rows = (await connection.execute(select(outbox).where(outbox.c.dead == 1))).all()
    return [
        Job(row.id, row.desk, row.case_id, row.sequence, row.tries, json.loads(row.steps))
        for row in rows
    ]


async def revive(database: Database, now: int) -> int:
    """Try every dead job again; returns how many."""
    async with database.begin() as connection:
        result = await connection.execute(
            update(outbox).where(outbox.c.dead == 1).values(dead=0, tries=0, due=now)
        )
    return result.rowcount


async def waiting(database: Database) -> dict[str, int]:
    """How many jobs each desk still waits for."""
    query = select(outbox.c.desk, func.count()).group_by(outbox.c.desk)
    async with database.read() as connection:
        return {row.desk: row[1] for row in await connection.execute(query)}


def _due(now: int) -> ColumnElement[bool]:
    """Due jobs whose desk may get a message now; a desk without a row may."""
    turn = (
        select(destinations.c.desk)
        .where(and_(destinations.c.desk == outbox.c.desk, destinations.c.next_at > now))
        .exists()
    )
    return and_(outbox.c.dead == 0, outbox.c.due <= now, ~turn)


def _next(now: int) -> Select[Any]:
    return (
        select(outbox)
        .where(_due(now))
        .order_by(outbox.c.due)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


async def _take_turn(connection: AsyncConnection, desk: str, now: int, interval: int) -> bool:
    """Move the desk's next turn; False when another worker took it meanwhile."""
    await insert_new(connection, destinations, {"desk": desk, "next_at": 0})
    result = await connection.execute(
        update(destinations)
        .where(destinations.c.desk == desk, destinations.c.next_at <= now)
        .values(next_at=now + interval)
    )
    return result.rowcount > 0

"""The outbox: what must be delivered. A row leaves only when its delivery is recorded.

``due`` is not-before, lease and back-off in one. Pacing per desk lives in ``destinations``, so it
holds over all workers; SKIP LOCKED (PostgreSQL) lets workers pass each other.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.limits import (
    BODY_DAYS_AFTER_CLOSING,
    GROUP_INTERVAL,
    LEASE,
    RETRY_FIRST,
    RETRY_LONGEST,
    TRIES_MAX,
)
from bot.store import desk_turns, desk_work, evidence
from bot.store.cases import EVIDENCE, UNCLAIMED, UNCLAIMED_ABOVE, WITHDRAWAL
from bot.store.conversations import insert_new
from bot.store.desk_turns import Worker
from bot.store.effects import MAIN, CountAtDesk, Record
from bot.store.engine import Database
from bot.store.ids import new_id
from bot.store.schema import case_messages, cases, desk_messages, destinations, outbox

REMINDERS = (UNCLAIMED, UNCLAIMED_ABOVE)
SYSTEM = "sistem"  # who did it when no moderator did
_LATER = "later-"
_UNTOUCHED = "{}"


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed delivery: its lease ends by itself if the worker dies.

    ``memory_lost``: another worker held the desk until now, and took along what it remembered.
    """

    id: str
    desk: str
    case_id: str
    sequence: int
    tries: int
    steps: dict[str, str]
    due: int = 0
    memory_lost: bool = False


@dataclass(frozen=True, slots=True)
class Reminder:
    """A delivery for later, dropped once somebody looked: ``sequence`` is one of `REMINDERS`."""

    sequence: int
    desk: str
    due: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is recorded with a finished delivery: the day, its place in the desk's numbers, when to
    remind, and the lane where it is put instead of being shown."""

    day: str
    count: CountAtDesk | None = None
    reminders: tuple[Reminder, ...] = field(default=())
    lane: str | None = None


async def claim(
    database: Database, now: int, interval: int = GROUP_INTERVAL, worker: Worker | None = None
) -> Job | None:
    """Take the most overdue job whose desk may get a message (from this worker) now, or None."""
    async with database.read() as connection:
        query = select(outbox.c.id).where(_due(now, worker)).limit(1)
        if (await connection.execute(query)).first() is None:
            return None
    async with database.begin() as connection:
        row = (await connection.execute(_next(_due(now, worker)))).first()
        if row is None:
            return None
        lost = await desk_turns.take(connection, row.desk, now, interval, worker)
        if lost is None:
            return None
        return await _leased(connection, row, now, lost)


async def claim_another(database: Database, desk: str, now: int) -> Job | None:
    """One more tip for the turn that was taken: due, untouched, and no exercise."""
    lane = select(cases.c.lane).where(cases.c.id == outbox.c.case_id).scalar_subquery()
    chosen = and_(_new_tips(desk, now), lane == MAIN)
    async with database.begin() as connection:
        row = (await connection.execute(_next(chosen))).first()
        return await _leased(connection, row, now) if row else None


async def claim_reminders(database: Database, job: Job, now: int) -> list[Job]:
    """Every other reminder of the same kind that the desk is due, for one message."""
    same = and_(
        outbox.c.desk == job.desk,
        outbox.c.sequence == job.sequence,
        outbox.c.dead == 0,
        outbox.c.due <= now,
    )
    async with database.begin() as connection:
        query = select(outbox).where(same).with_for_update(skip_locked=True)
        rows = (await connection.execute(query)).all()
        return [await _leased(connection, row, now) for row in rows]


async def waiting_tips(database: Database, desk: str, now: int) -> int:
    """How many tips wait at a desk that nobody has begun to deliver."""
    query = select(func.count()).select_from(outbox).where(_new_tips(desk, now))
    async with database.read() as connection:
        return (await connection.execute(query)).scalar_one()


async def record_step(database: Database, job: Job, step: str, message: str, day: str) -> Job:
    """Remember that one step of a delivery is done, before the next one begins.

    ``message``: the ids of the messages it put up, with commas between.
    """
    async with database.begin() as connection:
        await _shown(connection, job, step, message, day)
        return await _step_done(connection, job, step, message)


async def skip_step(database: Database, job: Job, step: str) -> Job:
    """A step that cannot be done is not tried again."""
    async with database.begin() as connection:
        return await _step_done(connection, job, step, "")


async def _step_done(connection: AsyncConnection, job: Job, step: str, message: str) -> Job:
    done = replace(job, steps={**job.steps, step: message})
    values = {"steps": json.dumps(done.steps)}
    await connection.execute(update(outbox).where(outbox.c.id == job.id).values(values))
    return done


async def rest_later(database: Database, job: Job) -> None:
    """A step is done and others remain: they come with the desk's next turns, before all else."""
    async with database.begin() as connection:
        values = {"due": job.due, "tries": 1}
        await connection.execute(update(outbox).where(outbox.c.id == job.id).values(values))


async def acknowledge(database: Database, job: Job, day: str) -> None:
    """The delivery is complete: drop the job and the key that let the worker read it."""
    await finish(database, job, Receipt(day))


async def finish(database: Database, job: Job, receipt: Receipt) -> None:
    """`acknowledge`, with what else is to be recorded at once."""
    async with database.begin() as connection:
        await finish_within(connection, job, receipt)


async def finish_together(
    database: Database, jobs: Sequence[tuple[Job, Receipt]], step: str, message: str
) -> None:
    """Deliveries that one message shows: all recorded, or none."""
    async with database.begin() as connection:
        for job, receipt in jobs:
            await _shown(connection, job, step, message, receipt.day)
            await finish_within(connection, job, receipt)


async def finish_within(connection: AsyncConnection, job: Job, receipt: Receipt) -> None:
    """`finish` as part of a greater transaction."""
    gone = await connection.execute(delete(outbox).where(outbox.c.id == job.id))
    if gone.rowcount == 0:
        return  # moved, withdrawn, or delivered by another after this one's lease
    same = (case_messages.c.case_id == job.case_id) & (case_messages.c.sequence == job.sequence)
    await connection.execute(update(case_messages).where(same).values(key_for_delivery=None))
    if job.sequence == WITHDRAWAL:
        await _withdrawn(connection, job.case_id, receipt.day)
    if job.sequence == 0:
        await _arrived(connection, job, receipt)


async def _withdrawn(connection: AsyncConnection, case_id: str, day: str) -> None:
    """The texts are erased now, what a desk was shown of them as with any case that is over."""
    await connection.execute(delete(case_messages).where(case_messages.c.case_id == case_id))
    await evidence.doom_case(connection, case_id)
    expires = str(date.fromisoformat(day) + timedelta(days=BODY_DAYS_AFTER_CLOSING))
    longer = (cases.c.id == case_id) & (cases.c.expires > expires)
    await connection.execute(update(cases).where(longer).values(expires=expires))


async def _arrived(connection: AsyncConnection, job: Job, receipt: Receipt) -> None:
    arrived = and_(cases.c.id == job.case_id, cases.c.delivered.is_(None))
    await connection.execute(update(cases).where(arrived).values(delivered=receipt.day))
    if receipt.lane:
        await _put_into(connection, job, receipt.lane, receipt.day)
    if receipt.count:
        await desk_work.count(connection, receipt.count)
    for reminder in receipt.reminders:
        row = {"id": new_id(), "desk": reminder.desk, "case_id": job.case_id, "tries": 0, "dead": 0}
        times = {"sequence": reminder.sequence, "due": reminder.due, "steps": _UNTOUCHED}
        await insert_new(connection, outbox, row | times)


async def _put_into(connection: AsyncConnection, job: Job, lane: str, day: str) -> None:
    """Another lane, as a moderator would choose it; the audit says that nobody did."""
    case = and_(cases.c.id == job.case_id, cases.c.lane != lane)
    change = update(cases).where(case).values(lane=lane, version=cases.c.version + 1)
    changed = await connection.execute(change.returning(cases.c.version))
    if (version := changed.scalar()) is not None:
        done = Record(job.desk, SYSTEM, "quarantine", day, job.case_id)
        await desk_work.record(connection, done, version)


async def _shown(connection: AsyncConnection, job: Job, step: str, message: str, day: str) -> None:
    """Steps of what came after the tip have names of their own: its card and files are others."""
    name = step if job.sequence in (0, EVIDENCE) else f"{_LATER}{step}"
    for one in message.split(","):
        row = {"desk": job.desk, "message": one, "case_id": job.case_id, "step": name, "day": day}
        await insert_new(connection, desk_messages, row)


async def has_others(database: Database, job: Job) -> bool:
    """Whether another delivery of the same case is still in hand; one given up is not."""
    of_case = and_(outbox.c.case_id == job.case_id, outbox.c.id != job.id, outbox.c.dead == 0)
    query = select(outbox.c.id).where(of_case, outbox.c.sequence.not_in(REMINDERS))
    async with database.read() as connection:
        return (await connection.execute(query)).first() is not None


async def drop(database: Database, job: Job) -> None:
    """Nothing is left to deliver: the case is gone."""
    await drop_all(database, [job])


async def drop_all(database: Database, jobs: Sequence[Job]) -> None:
    async with database.begin() as connection:
        ids = [job.id for job in jobs]
        await connection.execute(delete(outbox).where(outbox.c.id.in_(ids)))


async def put_back(database: Database, job: Job, due: float) -> None:
    """It was not tried now."""
    async with database.begin() as connection:
        values = {"due": int(due), "tries": job.tries - 1}
        await connection.execute(update(outbox).where(outbox.c.id == job.id).values(values))


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
    return [_job(row) for row in rows]


async def revive(database: Database, now: int) -> int:
    """Try every dead job again; returns how many."""
    async with database.begin() as connection:
        result = await connection.execute(
            update(outbox).where(outbox.c.dead == 1).values(dead=0, tries=0, due=now)
        )
    return result.rowcount


async def waiting(database: Database) -> dict[str, int]:
    """How many jobs each desk still waits for; reminders do not count."""
    query = select(outbox.c.desk, func.count()).where(outbox.c.sequence.not_in(REMINDERS))
    query = query.group_by(outbox.c.desk)
    async with database.read() as connection:
        return {row.desk: row[1] for row in await connection.execute(query)}


def _due(now: int, worker: Worker | None) -> ColumnElement[bool]:
    """Due jobs whose desk may get a message from this worker now."""
    closed = desk_turns.closed(outbox.c.desk, now, worker)
    return and_(outbox.c.dead == 0, outbox.c.due <= now, ~closed)


def _new_tips(desk: str, now: int) -> ColumnElement[bool]:
    return and_(
        outbox.c.desk == desk,
        outbox.c.sequence == 0,
        outbox.c.steps == _UNTOUCHED,
        outbox.c.dead == 0,
        outbox.c.due <= now,
    )


def _next(chosen: ColumnElement[bool]) -> Select[Any]:
    """The most overdue; of those of one moment (a tip that gets its files) the first begun."""
    order = (outbox.c.due, outbox.c.tries.desc(), outbox.c.id)
    query = select(outbox).where(chosen).order_by(*order).limit(1)
    return query.with_for_update(skip_locked=True)


async def _leased(
    connection: AsyncConnection, row: Row[Any], now: int, memory_lost: bool = False
) -> Job:
    values = {"due": now + LEASE, "tries": row.tries + 1}
    await connection.execute(update(outbox).where(outbox.c.id == row.id).values(values))
    await connection.execute(update(cases).where(cases.c.id == row.case_id).values(handed=1))
    return _job(row, row.tries + 1, memory_lost)


def _job(row: Row[Any], tries: int | None = None, memory_lost: bool = False) -> Job:
    return Job(
        row.id,
        row.desk,
        row.case_id,
        row.sequence,
        row.tries if tries is None else tries,
        json.loads(row.steps),
        row.due,
        memory_lost,
    )

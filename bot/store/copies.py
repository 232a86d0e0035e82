"""Copies of one text: they count as duplicates of the first, and come back without it."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.limits import BODY_DAYS_AT_MOST
from bot.store import desk_work
from bot.store.conversations import insert_new
from bot.store.effects import MAIN, Record
from bot.store.engine import Database
from bot.store.ids import new_id
from bot.store.outbox import SYSTEM, Job, Receipt, finish_within
from bot.store.schema import cases, outbox

_NEW, _DUPLICATE = "baru", "ganda"
_ENDED = ("tidak-dapat", _DUPLICATE, "tutup", "ditarik")


async def merge(database: Database, job: Job, first: str, receipt: Receipt, expires: str) -> bool:
    """Make a delivery's case a duplicate of ``first`` that lives until then, and finish it.

    False when that is no longer possible: the first was ended, moved or put in quarantine, or its
    own delivery was given up.
    """
    async with database.begin() as connection:
        same = and_(cases.c.id == first, cases.c.desk == job.desk, cases.c.lane == MAIN)
        lost = select(outbox.c.id).where(outbox.c.case_id == first, outbox.c.dead == 1).exists()
        query = select(cases.c.id).where(same, cases.c.status.not_in(_ENDED), ~lost)
        if (await connection.execute(query.with_for_update())).first() is None:
            return False
        untouched = and_(cases.c.id == job.case_id, cases.c.status == _NEW)
        values = {"status": _DUPLICATE, "merged_into": first, "expires": expires}
        merged = await _change(connection, untouched, values)
        if merged:
            await _record(connection, job.desk, merged[0], "merge", receipt.day)
            await finish_within(connection, job, receipt)
    return bool(merged)


async def free(database: Database, job: Job, day: str, now: int) -> None:
    """The case of a delivery was withdrawn: the first of its duplicates takes its place, with its
    whole life and a card of its own, and the others are duplicates of that one."""
    duplicates = and_(cases.c.merged_into == job.case_id, cases.c.status == _DUPLICATE)
    async with database.begin() as connection:
        query = select(cases.c.id, cases.c.opened).where(duplicates)
        first = (await connection.execute(query.order_by(cases.c.opened, cases.c.id))).first()
        if first is None:
            return
        expires = str(date.fromisoformat(first.opened) + timedelta(days=BODY_DAYS_AT_MOST))
        values = {"status": _NEW, "merged_into": None, "expires": expires}
        [freed] = await _change(connection, cases.c.id == first.id, values)
        await connection.execute(update(cases).where(duplicates).values(merged_into=first.id))
        await _record(connection, job.desk, freed, "reopen", day)
        row = {"id": new_id(), "desk": job.desk, "case_id": first.id, "sequence": 0, "due": now}
        await insert_new(connection, outbox, row | {"tries": 0, "dead": 0, "steps": "{}"})


async def _change(
    connection: AsyncConnection, which: ColumnElement[bool], values: Mapping[str, str | None]
) -> list[tuple[str, int]]:
    """Change cases; returns their ids and new versions."""
    change = update(cases).where(which).values(**values, version=cases.c.version + 1)
    rows = await connection.execute(change.returning(cases.c.id, cases.c.version))
    return [(row.id, row.version) for row in rows]


async def _record(
    connection: AsyncConnection, desk: str, changed: tuple[str, int], action: str, day: str
) -> None:
    case_id, version = changed
    await desk_work.record(connection, Record(desk, SYSTEM, action, day, case_id), version)

"""Files of drafts and tips: jobs to make their copies, and what became of them.

A row is `waiting` until its copy is made, then `ready` or `refused`, and `kept` once its tip was
sent; from then on the tip itself holds the file's key. Objects are deleted after their rows, by
the sweep, so that a crash between the two leaves an object to delete and never a row without one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.limits import RETRY_FIRST, RETRY_LONGEST
from bot.store.conversations import Conflict, insert_new
from bot.store.effects import DropEvidence, QueueEvidence
from bot.store.engine import Database
from bot.store.schema import doomed_objects, evidence

WAITING, READY, REFUSED, KEPT = "waiting", "ready", "refused", "kept"


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """``job`` and ``result`` are sealed under the key of ``day``."""

    id: str
    state: str
    day: str
    tries: int
    job: bytes | None = field(repr=False)
    result: bytes | None = field(repr=False)
    object: str | None
    original: str | None


_ROW = tuple(evidence.c[name] for name in EvidenceRow.__dataclass_fields__)
_JOB = (evidence.c.id, evidence.c.day, evidence.c.tries, evidence.c.job, evidence.c.original)


async def of_ids(database: Database, ids: Sequence[str]) -> dict[str, EvidenceRow]:
    """The rows of a draft's files that still exist."""
    async with database.read() as connection:
        rows = await connection.execute(select(*_ROW).where(evidence.c.id.in_(ids)))
        return {row.id: EvidenceRow(*row) for row in rows}


async def queue(connection: AsyncConnection, effect: QueueEvidence) -> None:
    await connection.execute(
        insert(evidence).values(
            id=effect.id,
            state=WAITING,
            day=effect.day,
            due=effect.due,
            tries=0,
            job=effect.job,
            original=effect.original,
        )
    )


@dataclass(frozen=True, slots=True)
class EvidenceJob:
    """A claimed row: its lease ends by itself if the worker dies. ``job`` as in `EvidenceRow`."""

    id: str
    day: str
    tries: int
    job: bytes = field(repr=False)
    original: str | None


async def claim(database: Database, now: int, lease: int) -> EvidenceJob | None:
    """Take the file that has waited longest, for ``lease`` seconds; None when none is due."""
    due = (evidence.c.state == WAITING) & (evidence.c.due <= now)
    async with database.read() as connection:
        if (await connection.execute(select(evidence.c.id).where(due).limit(1))).first() is None:
            return None
    query = select(*_JOB).where(due).order_by(evidence.c.due).limit(1)
    async with database.begin() as connection:
        row = (await connection.execute(query.with_for_update(skip_locked=True))).first()
        if row is None:
            return None
        job = EvidenceJob(row.id, row.day, row.tries + 1, row.job or b"", row.original)
        values = {"due": now + lease, "tries": job.tries}
        await connection.execute(update(evidence).where(evidence.c.id == job.id).values(values))
    return job


async def settle(
    connection: AsyncConnection,
    job: EvidenceJob,
    state: str,
    result: bytes,
    name: str | None = None,
) -> bool:
    """Record what became of a file and drop its job; the upload it was made from is doomed.

    False when the draft is gone, or another worker has taken the job over: the caller deletes the
    object that it made.
    """
    values = {"state": state, "result": result, "object": name, "job": None, "original": None}
    done = await connection.execute(
        update(evidence).where(_still(job)).values(**values, due=0, tries=0)
    )
    if done.rowcount and job.original:
        await insert_new(connection, doomed_objects, {"object": job.original})
    return done.rowcount > 0


async def again(database: Database, job: EvidenceJob, now: int, seconds: float | None) -> None:
    """Try later: after ``seconds`` where the platform named them (such a try does not count)."""
    pause = min(RETRY_LONGEST, RETRY_FIRST * 2 ** min(job.tries - 1, 20))
    values = {"due": now + pause, "tries": job.tries}
    if seconds is not None:
        values = {"due": now + max(1, round(seconds)), "tries": job.tries - 1}
    async with database.begin() as connection:
        await connection.execute(update(evidence).where(_still(job)).values(values))


async def forget(database: Database, id_: str) -> None:
    """The row's key is dead: nobody can open it any more."""
    async with database.begin() as connection:
        await _doom(connection, evidence.c.id == id_)


async def waiting(database: Database) -> list[EvidenceJob]:
    """Every file that still waits for its copy, longest first."""
    query = select(*_JOB).where(evidence.c.state == WAITING).order_by(evidence.c.due)
    async with database.read() as connection:
        return [EvidenceJob(*row) for row in await connection.execute(query)]


async def objects(database: Database) -> set[str]:
    """Every object that a row still needs."""
    query = select(evidence.c.object, evidence.c.original)
    async with database.read() as connection:
        return {name for row in await connection.execute(query) for name in row if name}


async def keep(
    connection: AsyncConnection, ids: Sequence[str], case_id: str, sequence: int
) -> None:
    """Tie copies to the message that holds their keys. Raises `Conflict` if one is not ready."""
    if not ids:
        return
    ready = evidence.c.id.in_(ids) & (evidence.c.state == READY)
    values = {"state": KEPT, "case_id": case_id, "sequence": sequence, "result": None, "job": None}
    result = await connection.execute(update(evidence).where(ready).values(values))
    if result.rowcount != len(ids):
        raise Conflict


async def drop(connection: AsyncConnection, effect: DropEvidence) -> None:
    await _doom(connection, evidence.c.id.in_(effect.ids) & (evidence.c.state != KEPT))


async def doom_case(connection: AsyncConnection, case_id: str) -> None:
    """Forget the files of a case; the sweep deletes the objects."""
    await _doom(connection, evidence.c.case_id == case_id)


async def doom_days(connection: AsyncConnection, alive_days: Sequence[str]) -> None:
    """Forget files of drafts whose day's key is dead."""
    await _doom(connection, (evidence.c.state != KEPT) & evidence.c.day.not_in(alive_days))


async def doomed(database: Database) -> list[str]:
    """Objects that are still to be deleted."""
    async with database.read() as connection:
        return list((await connection.execute(select(doomed_objects.c.object))).scalars())


async def forget_object(database: Database, name: str) -> None:
    """The object is gone."""
    async with database.begin() as connection:
        await connection.execute(delete(doomed_objects).where(doomed_objects.c.object == name))


def _still(job: EvidenceJob) -> ColumnElement[bool]:
    """The row as it was claimed: nobody else has taken it since."""
    same = evidence.c.id == job.id, evidence.c.state == WAITING, evidence.c.tries == job.tries
    return and_(*same)


async def _doom(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    query = select(evidence.c.object, evidence.c.original).where(which)
    for row in (await connection.execute(query)).all():
        for name in filter(None, row):
            await insert_new(connection, doomed_objects, {"object": name})
    await connection.execute(delete(evidence).where(which))

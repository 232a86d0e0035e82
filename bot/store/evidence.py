"""Files of drafts and tips: jobs to make their copies, and what became of them.

A row is `waiting` until its copy is made, then `ready` or `refused`, and `kept` once its tip was
sent; from then on the tip itself holds the file's key. Objects are deleted after their rows, by
the sweep, so that a crash between the two leaves an object to delete and never a row without one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

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


async def _doom(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    query = select(evidence.c.object, evidence.c.original).where(which)
    for row in (await connection.execute(query)).all():
        for name in filter(None, row):
            await insert_new(connection, doomed_objects, {"object": name})
    await connection.execute(delete(evidence).where(which))

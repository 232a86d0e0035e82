"""What is brought to one moderator in private, and removed there again: a small outbox."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.limits import ERRAND_LEASE, ERRAND_TRIES, RETRY_FIRST, RETRY_LONGEST
from bot.store.conversations import insert_new
from bot.store.effects import Errand
from bot.store.engine import Database
from bot.store.ids import new_id
from bot.store.schema import doomed_objects, errands

REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Claimed:
    """An errand in hand; its lease ends by itself. ``sent``: how many messages arrived before."""

    id: str
    kind: str
    channel: str
    desk: str
    moderator: str
    case_id: str
    message: str | None
    object: str | None
    tries: int
    sent: int


_COLUMNS = tuple(errands.c[name] for name in Claimed.__slots__)


async def queue(connection: AsyncConnection, effect: Errand) -> None:
    """The writer behind the effect."""
    await connection.execute(insert(errands).values(_row(effect, effect.due, effect.message)))


async def claim(database: Database, now: int) -> Claimed | None:
    """Take the most overdue errand, or None."""
    due = errands.c.due <= now
    async with database.read() as connection:
        if (await connection.execute(select(errands.c.id).where(due).limit(1))).first() is None:
            return None
    query = select(*_COLUMNS).where(due).order_by(errands.c.due).limit(1)
    async with database.begin() as connection:
        row = (await connection.execute(query.with_for_update(skip_locked=True))).first()
        if row is None:
            return None
        lease = {"due": now + ERRAND_LEASE, "tries": row.tries + 1}
        await connection.execute(update(errands).where(errands.c.id == row.id).values(lease))
    return Claimed(**row._mapping)


async def arrived(
    database: Database, errand: Claimed, message: str, remove_at: int | None, name: str | None
) -> None:
    """One message arrived; it is to be removed at ``remove_at``, with the stored file ``name``."""
    async with database.begin() as connection:
        more = {"sent": errands.c.sent + 1}
        await connection.execute(update(errands).where(errands.c.id == errand.id).values(more))
        if remove_at is not None:
            row = _row(errand, remove_at, message) | {"kind": REMOVE, "object": name}
            await connection.execute(insert(errands).values(row))


async def done(database: Database, errand: Claimed) -> None:
    """Finished, or useless to try again; what was stored for its message goes with it."""
    async with database.begin() as connection:
        await connection.execute(delete(errands).where(errands.c.id == errand.id))
        if errand.object:
            await insert_new(connection, doomed_objects, {"object": errand.object})


async def later(database: Database, errand: Claimed, now: int) -> None:
    """Try again, each time after a longer pause; given up after `ERRAND_TRIES`."""
    if errand.kind != REMOVE and errand.tries + 1 >= ERRAND_TRIES:
        await done(database, errand)
        return
    pause = min(RETRY_LONGEST, RETRY_FIRST * 2 ** min(errand.tries, 20))
    async with database.begin() as connection:
        await connection.execute(
            update(errands).where(errands.c.id == errand.id).values(due=now + pause)
        )


def _row(source: Errand | Claimed, due: int, message: str | None) -> dict[str, str | int | None]:
    return {
        "id": new_id(),
        "kind": source.kind,
        "channel": source.channel,
        "desk": source.desk,
        "moderator": source.moderator,
        "case_id": source.case_id,
        "message": message,
        "due": due,
        "tries": 0,
        "sent": 0,
    }

"""What waits in the outbox, for whoever watches over the service; and who watches."""

from dataclasses import dataclass

from sqlalchemy import and_, delete, func, or_, select, update

from bot.limits import BACKLOG_READ
from bot.store.conversations import insert_new
from bot.store.effects import TIP
from bot.store.engine import Database
from bot.store.schema import cases, destinations, outbox

_WATCH = "_watch"  # no desk: the row that says which worker watches


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery that is due, was tried before, or is no longer tried (``dead``)."""

    id: str
    desk: str
    due: int
    tries: int
    dead: bool


async def waiting(database: Database, now: int) -> list[Waiting]:
    """Everything that should have arrived by now, oldest first, up to `BACKLOG_READ`."""
    query = (
        select(outbox.c.id, outbox.c.desk, outbox.c.due, outbox.c.tries, outbox.c.dead)
        .where(or_(outbox.c.dead == 1, outbox.c.due <= now, outbox.c.tries > 0))
        .order_by(outbox.c.due)
        .limit(BACKLOG_READ)
    )
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    return [Waiting(row.id, row.desk, row.due, row.tries, bool(row.dead)) for row in rows]


async def revive(database: Database, now: int, desk: str | None = None) -> int:
    """Try dead deliveries again, of one desk or of all; returns how many."""
    chosen = outbox.c.dead == 1
    if desk:
        chosen = and_(chosen, outbox.c.desk == desk)
    async with database.begin() as connection:
        result = await connection.execute(
            update(outbox).where(chosen).values(dead=0, tries=0, due=now)
        )
    return result.rowcount


async def tips_of_day(database: Database, day: str) -> int:
    """How many tips came in on a day that is over."""
    query = select(func.count()).where(cases.c.opened == day, cases.c.kind == TIP)
    async with database.read() as connection:
        return int((await connection.execute(query)).scalar_one())


async def hold_watch(database: Database, holder: str, now: int, seconds: int) -> bool:
    """Whether ``holder`` is the one worker that watches, for so long from now."""
    free = or_(destinations.c.holder == holder, destinations.c.lease <= now)
    mine = {"holder": holder, "lease": now + seconds, "next_at": now + seconds}
    async with database.begin() as connection:
        await insert_new(connection, destinations, {"desk": _WATCH, "next_at": now, "lease": 0})
        result = await connection.execute(
            update(destinations).where(destinations.c.desk == _WATCH, free).values(mine)
        )
    return result.rowcount > 0


async def leave_watch(database: Database, holder: str) -> None:
    """Another worker may watch at once."""
    mine = and_(destinations.c.desk == _WATCH, destinations.c.holder == holder)
    async with database.begin() as connection:
        await connection.execute(delete(destinations).where(mine))

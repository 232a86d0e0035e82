"""Opt-in notices to tipsters: who asked for one, sealed under the key of a week."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.effects import AskNudge, StopNudges
from bot.store.engine import Database
from bot.store.schema import nudges

UNPLANNED = 0  # due, but the worker still has to choose a moment


@dataclass(frozen=True, slots=True)
class Nudge:
    id: str
    case_id: str
    week: str
    tries: int
    due: int
    body: bytes = field(repr=False)


async def ask(connection: AsyncConnection, effect: AskNudge) -> None:
    """Remember the wish; a second one for the same case takes the place of the first."""
    await connection.execute(delete(nudges).where(nudges.c.case_id == effect.case_id))
    await connection.execute(
        insert(nudges).values(
            id=effect.id,
            case_id=effect.case_id,
            week=effect.week,
            chat=effect.chat,
            body=effect.body,
            until=effect.until,
            tries=0,
        )
    )


async def stop(connection: AsyncConnection, effect: StopNudges) -> None:
    await connection.execute(delete(nudges).where(nudges.c.chat.in_(effect.chats)))


async def wake(connection: AsyncConnection, case_id: str, due: int) -> None:
    """There is something to read: the notice may go out from ``due`` on."""
    waiting = (nudges.c.case_id == case_id) & nudges.c.due.is_(None)
    await connection.execute(update(nudges).where(waiting).values(due=due))


async def due(database: Database, now: int) -> list[Nudge]:
    query = select(*(nudges.c[name] for name in Nudge.__dataclass_fields__))
    async with database.read() as connection:
        rows = await connection.execute(query.where(nudges.c.due <= now))
        return [Nudge(*row) for row in rows]


async def plan(database: Database, nudge: Nudge, at: int) -> bool:
    """Choose when a notice is due next; False when another worker did so before."""
    same = (nudges.c.id == nudge.id) & (nudges.c.due == nudge.due)
    async with database.begin() as connection:
        return (await connection.execute(update(nudges).where(same).values(due=at))).rowcount == 1


async def again(database: Database, nudge: Nudge, at: int) -> None:
    """It could not be sent now."""
    async with database.begin() as connection:
        values = {"due": at, "tries": nudge.tries + 1}
        await connection.execute(update(nudges).where(nudges.c.id == nudge.id).values(values))


async def forget(database: Database, ids: Sequence[str]) -> None:
    """Sent, or given up: the address is erased either way."""
    async with database.begin() as connection:
        await connection.execute(delete(nudges).where(nudges.c.id.in_(ids)))


async def expire(connection: AsyncConnection, today: str) -> None:
    await connection.execute(delete(nudges).where(nudges.c.until < today))


async def weeks_in_use(database: Database) -> set[str]:
    async with database.read() as connection:
        return set((await connection.execute(select(nudges.c.week).distinct())).scalars())

"""What is erased when: days whose key is dead, cases past their date, months without cases."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import evidence, nudges
from bot.store.cases import erase_case
from bot.store.conversations import expire_days
from bot.store.engine import Database
from bot.store.schema import (
    blocks,
    case_messages,
    cases,
    desk_messages,
    destinations,
    room_messages,
    room_sessions,
)

Shown = Mapping[tuple[str, str], set[str]]
"""(desk, message) to the cases in question that it shows; a list may show others too."""


async def expire(
    database: Database,
    alive_days: list[str],
    today: str,
    oldest: str,
    now: int,
    *,
    postponed: Collection[str] = (),
) -> int:
    """Erase what is past its date; returns how many cases went.

    ``oldest``: the last day of which room messages are erased; ``now``: pacing and sessions
    before it end; ``postponed``: cases to be left for the next time.
    """
    async with database.begin() as connection:
        await expire_days(connection, alive_days)
        await connection.execute(
            update(cases).where(cases.c.sender_day.not_in(alive_days)).values(sender=None)
        )
        await evidence.doom_days(connection, alive_days)
        await nudges.expire(connection, today)
        past = destinations.c.next_at < now  # no row tells when a desk last got something
        await connection.execute(update(destinations).where(past).values(next_at=0))
        await connection.execute(delete(blocks).where(blocks.c.day.not_in(alive_days)))
        await connection.execute(delete(room_sessions).where(room_sessions.c.until < now))
        await connection.execute(delete(room_messages).where(room_messages.c.day <= oldest))
        query = select(cases.c.id).where(cases.c.expires <= today)
        due = [row.id for row in await connection.execute(query)]
        gone = [case_id for case_id in due if case_id not in postponed]
        for case_id in gone:
            await _erase(connection, case_id)
    return len(gone)


async def months_in_use(database: Database) -> set[str]:
    """The desk and delivery keys (by name) that some message still needs."""
    query = select(case_messages.c.month, cases.c.desk, case_messages.c.key_for_delivery).join(
        cases, cases.c.id == case_messages.c.case_id
    )
    rooms = select(room_messages.c.desk, room_messages.c.month)
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
        room_rows = (await connection.execute(rooms)).all()
    names = {f"desk-{row.desk}-{row.month}" for row in rows}
    names |= {f"delivery-{row.month}" for row in rows if row.key_for_delivery}
    return names | {f"desk-{row.desk}-{row.month}" for row in room_rows}


async def expired_at_desks(database: Database, today: str) -> Shown:
    """What still shows cases whose time has come."""
    return await _shown(database, cases.c.expires <= today)


async def left_behind(database: Database) -> Shown:
    """What still shows cases at a desk from which they were moved away."""
    return await _shown(database, cases.c.desk != desk_messages.c.desk)


async def forget_shown(database: Database, message: tuple[str, str], gone: Collection[str]) -> None:
    """These cases are shown there no more."""
    async with database.begin() as connection:
        for case_id in gone:
            await _unshow(connection, [message], case_id)


async def case_of_message(database: Database, desk: str, message: str) -> str | None:
    """The case whose card or addition this message is; None for a digest of several."""
    query = select(desk_messages.c.case_id).where(
        desk_messages.c.desk == desk, desk_messages.c.message == message
    )
    async with database.read() as connection:
        found = list((await connection.execute(query)).scalars())
    return found[0] if len(found) == 1 else None


async def _shown(database: Database, which: ColumnElement[bool]) -> Shown:
    columns = desk_messages.c.desk, desk_messages.c.message, desk_messages.c.case_id
    query = select(*columns).join(cases, cases.c.id == desk_messages.c.case_id).where(which)
    shown: dict[tuple[str, str], set[str]] = {}
    async with database.read() as connection:
        for row in await connection.execute(query):
            shown.setdefault((row.desk, row.message), set()).add(row.case_id)
    return shown


async def _erase(connection: AsyncConnection, case_id: str) -> None:
    columns = desk_messages.c.desk, desk_messages.c.message
    rows = await connection.execute(select(*columns).where(desk_messages.c.case_id == case_id))
    await _unshow(connection, [(row.desk, row.message) for row in rows], case_id)
    await erase_case(connection, case_id)


async def _unshow(
    connection: AsyncConnection, messages: Iterable[tuple[str, str]], case_id: str
) -> None:
    """A web room's own message goes with the last case that it shows."""
    for desk, message in messages:
        same = (desk_messages.c.desk == desk) & (desk_messages.c.message == message)
        this = same & (desk_messages.c.case_id == case_id)
        await connection.execute(delete(desk_messages).where(this))
        here = (room_messages.c.desk == desk) & (room_messages.c.id == message)
        others = select(desk_messages.c.case_id).where(same).exists()
        await connection.execute(delete(room_messages).where(here, ~others))

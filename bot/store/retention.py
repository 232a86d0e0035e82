"""What is erased when: days whose key is dead, cases past their date, months without cases."""

from collections.abc import Collection

from sqlalchemy import delete, func, select, update
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
    await database.truncate_log()
    return len(gone)


async def expiring(database: Database, today: str) -> list[str]:
    """Cases whose time has come."""
    query = select(cases.c.id).where(cases.c.expires <= today)
    async with database.read() as connection:
        return [row.id for row in await connection.execute(query)]


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


async def desk_messages_of(database: Database, case_id: str) -> list[tuple[str, str]]:
    """(desk, message) of every message that shows a case."""
    query = select(desk_messages.c.desk, desk_messages.c.message).where(
        desk_messages.c.case_id == case_id
    )
    async with database.read() as connection:
        return [(row.desk, row.message) for row in await connection.execute(query)]


async def left_behind(database: Database) -> list[tuple[str, str]]:
    """(desk, message) of what still shows a case at a desk from which it was moved away; lists
    that show other cases too stay."""
    alone = select(desk_messages.c.desk, desk_messages.c.message)
    alone = alone.join(cases, cases.c.id == desk_messages.c.case_id)
    alone = alone.group_by(desk_messages.c.desk, desk_messages.c.message)
    alone = alone.having((func.count() == 1) & (func.min(cases.c.desk) != desk_messages.c.desk))
    async with database.read() as connection:
        return [(row.desk, row.message) for row in await connection.execute(alone)]


async def forget_message(database: Database, desk: str, message: str) -> None:
    """It is erased at its desk; a web room's own row goes with it."""
    same = (desk_messages.c.desk == desk) & (desk_messages.c.message == message)
    async with database.begin() as connection:
        await connection.execute(delete(room_messages).where(room_messages.c.id == message))
        await connection.execute(delete(desk_messages).where(same))


async def case_of_message(database: Database, desk: str, message: str) -> str | None:
    """The case whose card or addition this message is; None for a digest of several."""
    query = select(desk_messages.c.case_id).where(
        desk_messages.c.desk == desk, desk_messages.c.message == message
    )
    async with database.read() as connection:
        found = list((await connection.execute(query)).scalars())
    return found[0] if len(found) == 1 else None


async def _erase(connection: AsyncConnection, case_id: str) -> None:
    messages = select(desk_messages.c.message).where(desk_messages.c.case_id == case_id)
    await connection.execute(delete(room_messages).where(room_messages.c.id.in_(messages)))
    await connection.execute(delete(desk_messages).where(desk_messages.c.case_id == case_id))
    await erase_case(connection, case_id)

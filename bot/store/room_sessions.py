"""Moderators signed in to a web room: sessions by the hash of their cookie, and how one begins."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import desk_work, moderators
from bot.store.conversations import insert_new
from bot.store.effects import Record
from bot.store.engine import Database
from bot.store.ids import new_code
from bot.store.schema import invitations, room_sessions
from bot.store.schema import moderators as seats


@dataclass(frozen=True, slots=True)
class Session:
    desk: str
    moderator: str
    until: int


async def desk_of_code(database: Database, code: bytes, now: int) -> str | None:
    """The desk that a code (hashed) leads to, while it holds."""
    query = select(invitations.c.desk).where(invitations.c.hash == code, invitations.c.until > now)
    async with database.read() as connection:
        return (await connection.execute(query)).scalar()


async def sign_in(
    database: Database, code: bytes, session: bytes, now: int, until: int, day: str
) -> Session | None:
    """Use a one-time code: a new seat, or the seat it was made for, and a session of it.

    None when the code does not hold, was used, or its seat is gone.
    """
    query = select(invitations).where(invitations.c.hash == code, invitations.c.until > now)
    async with database.begin() as connection:
        row = (await connection.execute(query)).first()
        if row is None or not await moderators.use_invitation(connection, code):
            return None
        moderator = row.moderator or await _new_seat(connection, row.desk, row.role, day)
        same = (seats.c.desk == row.desk) & (seats.c.moderator == moderator)
        if (await connection.execute(select(seats.c.day).where(same))).first() is None:
            return None
        opened = {"hash": session, "desk": row.desk, "moderator": moderator, "until": until}
        await connection.execute(insert(room_sessions).values(opened))
        await desk_work.record(connection, Record(row.desk, moderator, "sign-in", day))
    return Session(row.desk, moderator, until)


async def find(database: Database, session: bytes, now: int) -> Session | None:
    """A session that holds, of somebody who still has his seat."""
    columns = (room_sessions.c.desk, room_sessions.c.moderator, room_sessions.c.until)
    has_seat = (seats.c.desk == room_sessions.c.desk) & (
        seats.c.moderator == room_sessions.c.moderator
    )
    query = select(*columns).join(seats, has_seat)
    query = query.where(room_sessions.c.hash == session, room_sessions.c.until > now)
    async with database.read() as connection:
        row = (await connection.execute(query)).first()
    return Session(*row) if row else None


async def prolong(database: Database, session: bytes, until: int) -> None:
    async with database.begin() as connection:
        same = room_sessions.c.hash == session
        await connection.execute(update(room_sessions).where(same).values(until=until))


async def close(database: Database, session: bytes) -> None:
    async with database.begin() as connection:
        await connection.execute(delete(room_sessions).where(room_sessions.c.hash == session))


async def invite_again(database: Database, code: bytes, session: Session, until: int) -> None:
    """A code with which the same moderator signs in on another device, or later."""
    async with database.begin() as connection:
        await moderators.invite(connection, code, session.desk, until, moderator=session.moderator)


async def _new_seat(connection: AsyncConnection, desk: str, role: str, day: str) -> str:
    """A seat under a short random name, which is all that anybody learns of the moderator."""
    while True:
        name = f"M-{new_code().replace('-', '')[:5]}"
        row = {"desk": desk, "moderator": name, "day": day, "role": role}
        if await insert_new(connection, seats, row):
            return name

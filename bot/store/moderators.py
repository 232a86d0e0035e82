"""Who is enrolled at a desk, and one-time invitations."""

from dataclasses import dataclass, field

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.conversations import insert_new
from bot.store.effects import MODERATOR, OWNER
from bot.store.engine import Database
from bot.store.schema import invitations, moderators


@dataclass(frozen=True, slots=True)
class Seat:
    """``pin`` is hashed, None until it is set; ``pin_tries`` counts wrong ones in a row."""

    role: str
    pin: bytes | None = field(repr=False)
    pin_tries: int


async def is_enrolled(database: Database, desk: str, moderator: str) -> bool:
    query = select(moderators.c.day).where(
        moderators.c.desk == desk, moderators.c.moderator == moderator
    )
    async with database.read() as connection:
        return (await connection.execute(query)).first() is not None


async def enrolled(database: Database) -> list[tuple[str, str]]:
    """(desk, moderator) of everyone enrolled."""
    async with database.read() as connection:
        rows = await connection.execute(select(moderators.c.desk, moderators.c.moderator))
        return [(row.desk, row.moderator) for row in rows]


async def seat(database: Database, desk: str, moderator: str) -> Seat | None:
    """A moderator's place at a desk, or None."""
    query = select(moderators.c.role, moderators.c.pin, moderators.c.pin_tries).where(
        moderators.c.desk == desk, moderators.c.moderator == moderator
    )
    async with database.read() as connection:
        row = (await connection.execute(query)).first()
    return Seat(*row) if row else None


async def invite(
    connection: AsyncConnection,
    code_hash: bytes,
    desk: str,
    until: int,
    role: str = MODERATOR,
    moderator: str | None = None,
) -> None:
    """``moderator``: the code only signs this one in to a web room again."""
    values = {"hash": code_hash, "desk": desk, "until": until, "role": role}
    await connection.execute(insert(invitations).values(values | {"moderator": moderator}))


async def invitation(database: Database, code_hash: bytes, now: int) -> tuple[str, str] | None:
    """The desk and role of an invitation that still holds, and gives a new seat."""
    query = select(invitations.c.desk, invitations.c.role).where(
        invitations.c.hash == code_hash,
        invitations.c.until > now,
        invitations.c.moderator.is_(None),
    )
    async with database.read() as connection:
        row = (await connection.execute(query)).first()
    return (row.desk, row.role) if row else None


async def use_invitation(connection: AsyncConnection, code_hash: bytes) -> bool:
    """True for the one who used it first."""
    result = await connection.execute(delete(invitations).where(invitations.c.hash == code_hash))
    return result.rowcount > 0


async def enrol(
    connection: AsyncConnection, desk: str, moderator: str, day: str, role: str = MODERATOR
) -> None:
    """Give a moderator a place at a desk; an owner's invitation raises one who has it already."""
    row = {"desk": desk, "moderator": moderator, "day": day, "role": role}
    await insert_new(connection, moderators, row)
    if role == OWNER:
        same = (moderators.c.desk == desk) & (moderators.c.moderator == moderator)
        await connection.execute(update(moderators).where(same).values(role=role))


async def remove(connection: AsyncConnection, desk: str, moderator: str) -> bool:
    result = await connection.execute(
        delete(moderators).where(moderators.c.desk == desk, moderators.c.moderator == moderator)
    )
    return result.rowcount > 0

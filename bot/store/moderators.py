"""Who is enrolled at a desk, and one-time invitations."""

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.conversations import insert_new
from bot.store.engine import Database
from bot.store.schema import invitations, moderators


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


async def invite(connection: AsyncConnection, code_hash: bytes, desk: str, until: int) -> None:
    await connection.execute(insert(invitations).values(hash=code_hash, desk=desk, until=until))


async def invitation(database: Database, code_hash: bytes, now: int) -> str | None:
    """The desk of an invitation that still holds."""
    query = select(invitations.c.desk).where(
        invitations.c.hash == code_hash, invitations.c.until > now
    )
    async with database.read() as connection:
        return (await connection.execute(query)).scalar_one_or_none()


async def use_invitation(connection: AsyncConnection, code_hash: bytes) -> bool:
    """True for the one who used it first."""
    result = await connection.execute(delete(invitations).where(invitations.c.hash == code_hash))
    return result.rowcount > 0


async def enrol(connection: AsyncConnection, desk: str, moderator: str, day: str) -> None:
    await insert_new(connection, moderators, {"desk": desk, "moderator": moderator, "day": day})


async def remove(connection: AsyncConnection, desk: str, moderator: str) -> bool:
    result = await connection.execute(
        delete(moderators).where(moderators.c.desk == desk, moderators.c.moderator == moderator)
    )
    return result.rowcount > 0

"""The web room's own messages: numbered by place within a desk, their bodies sealed."""

from dataclasses import dataclass, field

from sqlalchemy import Select, and_, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.limits import CONVERSATION_RETRIES
from bot.store.conversations import Conflict, insert_new
from bot.store.engine import Database
from bot.store.schema import desk_messages, room_messages


@dataclass(frozen=True, slots=True)
class NewRoomMessage:
    """``month`` names the desk key that sealed ``body``; ``case_id`` the case it belongs to;
    ``step`` what it is of it (``card``, or ``shown`` to one moderator)."""

    id: str
    desk: str
    month: str
    body: bytes = field(repr=False)
    day: str
    case_id: str | None = None
    step: str = "card"


@dataclass(frozen=True, slots=True)
class RoomMessage:
    """A stored message; ``place`` counts up from 1 within its desk."""

    id: str
    place: int
    month: str
    body: bytes = field(repr=False)
    case_id: str | None


async def post(database: Database, message: NewRoomMessage) -> int:
    """Store a message at the end of its desk's room; returns its place.

    Raises `Conflict` when others were faster every time.
    """
    for _ in range(CONVERSATION_RETRIES):
        try:
            async with database.begin() as connection:
                return await _insert(connection, message)
        except IntegrityError:
            continue
    raise Conflict


async def since(database: Database, desk: str, place: int) -> list[RoomMessage]:
    """The desk's messages from ``place`` on, oldest first."""
    query = _messages(desk).where(room_messages.c.place >= place).order_by(room_messages.c.place)
    async with database.read() as connection:
        return [RoomMessage(*row) for row in await connection.execute(query)]


async def one(database: Database, desk: str, message_id: str) -> RoomMessage | None:
    query = _messages(desk).where(room_messages.c.id == message_id)
    async with database.read() as connection:
        row = (await connection.execute(query)).first()
    return RoomMessage(*row) if row else None


async def last_place(database: Database, desk: str) -> int:
    """The place of the desk's newest message, 0 for an empty room."""
    query = select(func.max(room_messages.c.place)).where(room_messages.c.desk == desk)
    async with database.read() as connection:
        return (await connection.execute(query)).scalar() or 0


async def edit(database: Database, desk: str, message_id: str, body: bytes) -> None:
    """Replace a message's body, sealed under the key of the message's own month."""
    same = (room_messages.c.desk == desk) & (room_messages.c.id == message_id)
    async with database.begin() as connection:
        await connection.execute(update(room_messages).where(same).values(body=body))


async def remove(database: Database, desk: str, message_id: str) -> None:
    """Delete a message with its tie to a case."""
    same = (room_messages.c.desk == desk) & (room_messages.c.id == message_id)
    tied = (desk_messages.c.desk == desk) & (desk_messages.c.message == message_id)
    async with database.begin() as connection:
        await connection.execute(delete(room_messages).where(same))
        await connection.execute(delete(desk_messages).where(tied))


async def _insert(connection: AsyncConnection, message: NewRoomMessage) -> int:
    newest = select(func.max(room_messages.c.place)).where(room_messages.c.desk == message.desk)
    place = ((await connection.execute(newest)).scalar() or 0) + 1
    await connection.execute(
        insert(room_messages).values(
            id=message.id,
            desk=message.desk,
            place=place,
            month=message.month,
            body=message.body,
            day=message.day,
        )
    )
    if message.case_id:
        link = {"desk": message.desk, "message": message.id, "case_id": message.case_id}
        more = {"day": message.day, "step": message.step}
        await insert_new(connection, desk_messages, link | more)
    return place


def _messages(desk: str) -> Select[str, int, str, bytes, str | None]:
    """A message that shows several cases (a digest) belongs to none."""
    belongs = and_(
        desk_messages.c.desk == room_messages.c.desk,
        desk_messages.c.message == room_messages.c.id,
    )
    only = select(func.min(desk_messages.c.case_id)).where(belongs)
    only = only.having(func.count() == 1).correlate(room_messages)
    return select(
        room_messages.c.id,
        room_messages.c.place,
        room_messages.c.month,
        room_messages.c.body,
        only.scalar_subquery(),
    ).where(room_messages.c.desk == desk)

"""What moderators and owners do beside changing one case: move, block, count, invite, leave."""

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.conversations import Conflict, insert_new
from bot.store.effects import Block, CountAtDesk, CountPinTry, MoveCase, Record, SetPin, Unenrol
from bot.store.engine import Database
from bot.store.ids import new_id
from bot.store.schema import (
    audit,
    blocks,
    case_messages,
    cases,
    desk_counts,
    desk_messages,
    moderators,
    outbox,
    room_sessions,
)


async def move(connection: AsyncConnection, effect: MoveCase) -> None:
    """Seal every message for the new desk and deliver the case there from the beginning.

    Raises `Conflict` when the case has moved on, or has messages that were not sealed anew.
    """
    same = (cases.c.id == effect.case_id) & (cases.c.version == effect.version)
    values = {
        "desk": effect.to_desk,
        "month": effect.month,
        "version": effect.version + 1,
        "status": "baru",
        "moderator": None,
        "delivered": None,
    }
    result = await connection.execute(update(cases).where(same).values(values))
    query = select(case_messages.c.sequence).where(case_messages.c.case_id == effect.case_id)
    present = set((await connection.execute(query)).scalars())
    if result.rowcount == 0 or present != {sequence for sequence, _ in effect.messages}:
        raise Conflict
    for sequence, message in effect.messages:
        here = (case_messages.c.case_id == effect.case_id) & (case_messages.c.sequence == sequence)
        sealed = {
            "body": message.body,
            "key_for_desk": message.key_for_desk,
            "key_for_delivery": message.key_for_delivery,
            "key_for_thread": message.key_for_thread,
            "month": message.month,
        }
        await connection.execute(update(case_messages).where(here).values(sealed))
    await _deliver_anew(connection, effect)
    await record(connection, _audit_of(effect), effect.version + 1)


async def _deliver_anew(connection: AsyncConnection, effect: MoveCase) -> None:
    """What was on its way to the old desk goes to the new one, once."""
    await connection.execute(delete(outbox).where(outbox.c.case_id == effect.case_id))
    for sequence, message in effect.messages:
        if message.key_for_delivery:
            job = {"id": new_id(), "desk": effect.to_desk, "case_id": effect.case_id}
            times = {"sequence": sequence, "due": effect.due, "tries": 0, "dead": 0, "steps": "{}"}
            await connection.execute(insert(outbox).values(job | times))


def _audit_of(effect: MoveCase) -> Record:
    return Record(effect.desk, effect.moderator, effect.action, effect.day, effect.case_id)


async def record(connection: AsyncConnection, effect: Record, version: int | None = None) -> None:
    """Add to the audit, in order. Raises `Conflict` when another record took the place."""
    same = audit.c.case_id == effect.case_id
    last = (await connection.execute(select(func.max(audit.c.place)).where(same))).scalar()
    row = {
        "id": new_id(),
        "case_id": effect.case_id,
        "desk": effect.desk,
        "moderator": effect.moderator,
        "action": effect.action,
        "day": effect.day,
        "version": version,
        "place": (last or 0) + 1,
    }
    if not await insert_new(connection, audit, row):
        raise Conflict


async def block(connection: AsyncConnection, effect: Block) -> None:
    row = {"desk": effect.desk, "tag": effect.tag, "day": effect.day}
    await insert_new(connection, blocks, row)


async def remember(
    database: Database, desk: str, case_id: str, messages: list[str], day: str
) -> None:
    """Messages at a desk that show a case, so that they can be erased with it."""
    async with database.begin() as connection:
        for message in messages:
            row = {"desk": desk, "message": message, "case_id": case_id, "step": "shown"}
            await insert_new(connection, desk_messages, row | {"day": day})


async def is_blocked(database: Database, desk: str, tag: bytes) -> bool:
    query = select(blocks.c.day).where(blocks.c.desk == desk, blocks.c.tag == tag)
    async with database.read() as connection:
        return (await connection.execute(query)).first() is not None


async def count(connection: AsyncConnection, effect: CountAtDesk) -> None:
    row = {
        "desk": effect.desk,
        "week": effect.week,
        "name": effect.name,
        "value": effect.value,
    }
    await insert_new(connection, desk_counts, row | {"count": 0})
    same = [desk_counts.c[name] == value for name, value in row.items()]
    more = {"count": desk_counts.c.count + 1}
    await connection.execute(update(desk_counts).where(*same).values(more))


async def unenrol(connection: AsyncConnection, effect: Unenrol) -> None:
    for table in (moderators, room_sessions):
        same = (table.c.desk == effect.desk) & (table.c.moderator == effect.moderator)
        await connection.execute(delete(table).where(same))


async def set_pin(connection: AsyncConnection, effect: SetPin) -> None:
    await connection.execute(
        update(moderators).where(_same(effect)).values(pin=effect.pin, pin_tries=0)
    )


async def count_pin_try(connection: AsyncConnection, effect: CountPinTry) -> None:
    tries = 0 if effect.right else moderators.c.pin_tries + 1
    await connection.execute(update(moderators).where(_same(effect)).values(pin_tries=tries))


def _same(effect: SetPin | CountPinTry) -> ColumnElement[bool]:
    return and_(moderators.c.desk == effect.desk, moderators.c.moderator == effect.moderator)

"""What a desk should know each morning, and the one message about its quarantine."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.cases import CaseRow
from bot.store.conversations import insert_new
from bot.store.effects import MAIN, QUARANTINE
from bot.store.engine import Database
from bot.store.schema import cases, desk_messages

_BOARD = "saring"  # the step of the message about the quarantine, which belongs to no case
_CASE = tuple(cases.c[name] for name in CaseRow.__slots__)


@dataclass(frozen=True, slots=True)
class Standing:
    """Cases of a desk by number: arrived since ``since``, not looked at by anybody, in quarantine;
    and those whose clock runs out, the oldest first."""

    new: int
    unclaimed: int
    quarantine: int
    running_out: Sequence[CaseRow]


@dataclass(frozen=True, slots=True)
class Asked:
    """``since``: the first day that counts as new; a clock runs out for what arrived from the
    first to the last day of ``running_out`` and still has one of the statuses ``at_work``."""

    since: str
    running_out: tuple[str, str]
    at_work: Sequence[str]
    open: Sequence[str]


async def standing(database: Database, desk: str, asked: Asked) -> Standing:
    here = and_(cases.c.desk == desk, cases.c.delivered.is_not(None))
    main = and_(here, cases.c.lane == MAIN)
    unseen = and_(main, cases.c.status == "baru", cases.c.moderator.is_(None))
    first, last = asked.running_out
    running = and_(main, cases.c.delivered.between(first, last), cases.c.status.in_(asked.at_work))
    async with database.read() as connection:
        query = select(*_CASE).where(running).order_by(cases.c.delivered, cases.c.code)
        rows = (await connection.execute(query)).all()
        arrived = and_(main, cases.c.status.in_(asked.open), cases.c.delivered >= asked.since)
        return Standing(
            await _count(connection, arrived),
            await _count(connection, unseen),
            await _count(connection, _quarantined(desk, asked.open)),
            [CaseRow(**row._mapping) for row in rows],
        )


async def in_quarantine(database: Database, desk: str, open_: Sequence[str]) -> int:
    async with database.read() as connection:
        return await _count(connection, _quarantined(desk, open_))


async def board(database: Database, desk: str, day: str) -> str | None:
    """The message of this day about the quarantine."""
    today = and_(desk_messages.c.step == _BOARD, desk_messages.c.day == day)
    query = select(desk_messages.c.message).where(desk_messages.c.desk == desk, today)
    async with database.read() as connection:
        return (await connection.execute(query)).scalars().first()


async def put_board(database: Database, desk: str, message: str, day: str) -> None:
    """From now on this is the message about the quarantine."""
    old = and_(desk_messages.c.desk == desk, desk_messages.c.step == _BOARD)
    row = {"desk": desk, "message": message, "case_id": "", "step": _BOARD, "day": day}
    async with database.begin() as connection:
        await connection.execute(delete(desk_messages).where(old))
        await insert_new(connection, desk_messages, row)


def _quarantined(desk: str, open_: Sequence[str]) -> ColumnElement[bool]:
    return and_(
        cases.c.desk == desk,
        cases.c.delivered.is_not(None),
        cases.c.lane == QUARANTINE,
        cases.c.status.in_(open_),
    )


async def _count(connection: AsyncConnection, which: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(cases).where(which)
    return (await connection.execute(query)).scalar_one()

"""What is read at desks: cases by their codes, a desk's open cases, a moderator's seats."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.cases import CaseRow, StoredMessage, stored
from bot.store.effects import QUARANTINE
from bot.store.engine import Database
from bot.store.moderators import Seat
from bot.store.schema import case_messages, cases, desk_messages, moderators

_CASE = tuple(cases.c[name] for name in CaseRow.__slots__)
Sealed = tuple[CaseRow, StoredMessage]
"""A case and what came first in it, still sealed."""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """How many cases are in quarantine, how many of them are complete, and one page of them from
    ``start``: those with the fewest parts missing first, then the oldest."""

    count: int
    complete: int
    start: int
    page: Sequence[Sealed]


async def case_by_code(database: Database, code: str) -> CaseRow | None:
    """The case of a code, at whatever desk it is."""
    found = await _read(database, select(*_CASE).where(cases.c.code == code))
    return found[0] if found else None


async def newest(database: Database, desk: str, most: int) -> list[Sealed]:
    """The newest cases of a desk."""
    query = select(*_CASE).where(cases.c.desk == desk)
    query = query.order_by(cases.c.opened.desc(), cases.c.code).limit(most)
    async with database.read() as connection:
        return await _with_first(connection, query)


async def quarantined(
    database: Database, desk: str, open_: Sequence[str], start: int, most: int
) -> Quarantined:
    """A page of a desk's quarantine; the first where there is no such page."""
    here = (cases.c.desk == desk) & (cases.c.lane == QUARANTINE) & cases.c.status.in_(open_)
    complete = func.count().filter(cases.c.missing == 0)
    count = select(func.count(), complete).select_from(cases).where(here)
    order = (cases.c.missing, cases.c.opened, cases.c.code)
    async with database.read() as connection:
        row = (await connection.execute(count)).one()
        start = start if start < row[0] else 0
        page = select(*_CASE).where(here).order_by(*order).limit(most).offset(start)
        return Quarantined(row[0], row[1], start, await _with_first(connection, page))


async def seats_of(database: Database, moderator: str) -> dict[str, Seat]:
    """A moderator's places, by desk."""
    columns = (moderators.c.desk, moderators.c.role, moderators.c.pin, moderators.c.pin_tries)
    query = select(*columns).where(moderators.c.moderator == moderator)
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    return {row.desk: Seat(row.role, row.pin, row.pin_tries) for row in rows}


async def has_step(database: Database, case_id: str, desk: str, begins: str) -> bool:
    """Whether a step of this beginning put up a message of a case at a desk."""
    step = desk_messages.c.step.startswith(begins, autoescape=True)
    query = _messages(case_id, desk).where(step).limit(1)
    async with database.read() as connection:
        return (await connection.execute(query)).first() is not None


async def put_up(database: Database, case_id: str, desk: str, step: str) -> list[str]:
    """The messages that a step put up."""
    query = _messages(case_id, desk).where(desk_messages.c.step == step)
    async with database.read() as connection:
        return list((await connection.execute(query)).scalars())


async def cases_in(database: Database, desk: str, message: str) -> list[CaseRow]:
    """Every case that a message at a desk shows, oldest first."""
    here = (desk_messages.c.desk == desk) & (desk_messages.c.message == message)
    shown = select(desk_messages.c.case_id).where(here)
    query = select(*_CASE).where(cases.c.id.in_(shown))
    return await _read(database, query.order_by(cases.c.opened, cases.c.id))


async def codes_merged_into(database: Database, case_id: str) -> list[str]:
    query = select(cases.c.code).where(cases.c.merged_into == case_id)
    async with database.read() as connection:
        rows = await connection.execute(query.order_by(cases.c.opened, cases.c.code))
        return list(rows.scalars())


async def _with_first(connection: AsyncConnection, query: Select[Any]) -> list[Sealed]:
    """Cases with what came first in each, without those where that is erased."""
    found = [CaseRow(**row._mapping) for row in await connection.execute(query)]
    first = case_messages.c.case_id.in_([case.id for case in found])
    sealed = select(case_messages).where(first, case_messages.c.sequence == 0)
    messages = {row.case_id: stored(row) for row in await connection.execute(sealed)}
    return [(case, messages[case.id]) for case in found if case.id in messages]


def _messages(case_id: str, desk: str) -> Select[str]:
    same = (desk_messages.c.case_id == case_id) & (desk_messages.c.desk == desk)
    return select(desk_messages.c.message).where(same)


async def _read(database: Database, query: Select[tuple[object, ...]]) -> list[CaseRow]:
    async with database.read() as connection:
        return [CaseRow(**row._mapping) for row in await connection.execute(query)]

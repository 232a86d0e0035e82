"""What is read at desks: cases by their codes, a desk's open cases, a moderator's seats."""

from collections.abc import Sequence

from sqlalchemy import Select, select

from bot.store.cases import CaseRow, StoredMessage, stored
from bot.store.engine import Database
from bot.store.moderators import Seat
from bot.store.schema import case_messages, cases, desk_messages, moderators

_CASE = tuple(cases.c[name] for name in CaseRow.__slots__)


async def case_by_code(database: Database, code: str) -> CaseRow | None:
    """The case of a code, at whatever desk it is."""
    found = await _read(database, select(*_CASE).where(cases.c.code == code))
    return found[0] if found else None


async def cases_at(database: Database, desk: str) -> list[CaseRow]:
    """Every case that lives at a desk, newest first."""
    query = select(*_CASE).where(cases.c.desk == desk)
    return await _read(database, query.order_by(cases.c.opened.desc(), cases.c.code))


async def tips_in(
    database: Database, desk: str, lane: str, statuses: Sequence[str]
) -> list[tuple[CaseRow, StoredMessage]]:
    """The cases of one lane of a desk with what came first in each, still sealed, oldest first."""
    here = (cases.c.desk == desk) & (cases.c.lane == lane) & cases.c.status.in_(statuses)
    first = case_messages.c.case_id.in_(select(cases.c.id).where(here))
    sealed = select(case_messages).where(first & (case_messages.c.sequence == 0))
    query = select(*_CASE).where(here).order_by(cases.c.opened, cases.c.code)
    async with database.read() as connection:
        found = [CaseRow(**row._mapping) for row in await connection.execute(query)]
        messages = {row.case_id: stored(row) for row in await connection.execute(sealed)}
    return [(case, messages[case.id]) for case in found if case.id in messages]


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


def _messages(case_id: str, desk: str) -> Select[str]:
    same = (desk_messages.c.case_id == case_id) & (desk_messages.c.desk == desk)
    return select(desk_messages.c.message).where(same)


async def _read(database: Database, query: Select[tuple[object, ...]]) -> list[CaseRow]:
    async with database.read() as connection:
        return [CaseRow(**row._mapping) for row in await connection.execute(query)]

"""Who did what to which case: only added to, only read (the database itself refuses the rest)."""

from dataclasses import dataclass

from sqlalchemy import Select, select

from bot.store.engine import Database
from bot.store.schema import audit, cases


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the audit. ``code``: the case's, None when the case is erased or was none."""

    day: str
    desk: str
    moderator: str
    action: str
    code: str | None


async def of_case(database: Database, case_id: str) -> list[Deed]:
    """Everything done to a case, at whatever desk, in its order."""
    query = _deeds().where(audit.c.case_id == case_id)
    return await _read(database, query.order_by(audit.c.place))


async def of_desk(database: Database, desk: str) -> list[Deed]:
    """Everything done at a desk, by day; within a case in its order."""
    query = _deeds().where(audit.c.desk == desk)
    return await _read(database, query.order_by(audit.c.day, audit.c.case_id, audit.c.place))


def _deeds() -> Select[str, str, str, str, str | None]:
    columns = (audit.c.day, audit.c.desk, audit.c.moderator, audit.c.action, cases.c.code)
    return select(*columns).outerjoin(cases, cases.c.id == audit.c.case_id)


async def _read(database: Database, query: Select[str, str, str, str, str | None]) -> list[Deed]:
    async with database.read() as connection:
        return [Deed(*row) for row in await connection.execute(query)]

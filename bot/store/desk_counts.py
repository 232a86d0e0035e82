"""A desk's numbers by week: read for its statistics."""

from dataclasses import dataclass

from sqlalchemy import func, select

from bot.store.effects import EXERCISE, TIP
from bot.store.engine import Database
from bot.store.schema import cases, desk_counts

CATEGORY, STATUS, FIRST_ACTION = "category", "status", "first-action"


@dataclass(frozen=True, slots=True)
class Counted:
    """``week`` as in `KeyRing.week`; ``name`` one of the three above."""

    week: str
    name: str
    value: str
    count: int


async def since(database: Database, desk: str, week: str) -> list[Counted]:
    """What was counted at a desk from a week on."""
    columns = (desk_counts.c.week, desk_counts.c.name, desk_counts.c.value, desk_counts.c.count)
    query = select(*columns).where(desk_counts.c.desk == desk, desk_counts.c.week >= week)
    async with database.read() as connection:
        return [Counted(*row) for row in await connection.execute(query)]


async def standing(database: Database, desk: str) -> dict[str, int]:
    """How many living tips a desk has by status, exercises aside."""
    chosen = (cases.c.desk == desk) & (cases.c.kind == TIP) & (cases.c.lane != EXERCISE)
    query = select(cases.c.status, func.count()).where(chosen).group_by(cases.c.status)
    async with database.read() as connection:
        return {row.status: row[1] for row in await connection.execute(query)}

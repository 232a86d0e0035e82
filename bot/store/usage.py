"""Counts by day: which answers were shown, and what questions were matched with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.engine import Database
from bot.store.schema import feedback, gaps

SHOWN = "tampil"  # the outcome in `feedback` of an answer that was shown
ANSWERED = "answer"  # the zone in `gaps` of a question that got its answer at once


@dataclass(frozen=True, slots=True)
class Gap:
    """How often questions near a topic got no direct answer."""

    candidate: str
    zone: str
    version: str
    count: int


async def add(
    database: Database,
    shown: Mapping[tuple[str, str], int],
    matched: Mapping[tuple[str, str, str, str], int],
) -> None:
    """Add counts by (topic, day) and by (first candidate, zone, matcher's version, day)."""
    async with database.begin() as connection:
        for (topic, day), count in sorted(shown.items()):
            await _add(connection, feedback, count, topic=topic, outcome=SHOWN, day=day)
        for (candidate, zone, version, day), count in sorted(matched.items()):
            values = {"candidate": candidate, "zone": zone, "version": version, "day": day}
            await _add(connection, gaps, count, **values)


async def most_missed(database: Database) -> list[Gap]:
    """What got no direct answer, over all days, most frequent first."""
    total = func.sum(gaps.c.count)
    key = (gaps.c.candidate, gaps.c.zone, gaps.c.version)
    query = (
        select(*key, total)
        .where(gaps.c.zone != ANSWERED)
        .group_by(*key)
        .order_by(total.desc(), *key)
    )
    async with database.read() as connection:
        rows = await connection.execute(query)
        return [Gap(row[0], row[1], row[2], int(row[3])) for row in rows]


async def _add(connection: AsyncConnection, table: Table[Any], count: int, **row: str) -> None:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values({**row, "count": count})
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(row), set_={"count": table.c.count + count}
        )
    )

"""Counts by day add up, on both engines, and the most frequent gap comes first."""

from sqlalchemy import select

from bot.store import usage
from bot.store.engine import Database
from bot.store.schema import feedback
from bot.store.usage import Gap

ONE, OTHER = "2026-11-18", "2026-11-19"


async def test_counts_of_a_day_add_up(database: Database) -> None:
    await usage.add(database, {("foto", ONE): 2}, {})
    await usage.add(database, {("foto", ONE): 3, ("foto", OTHER): 1}, {})
    async with database.read() as connection:
        rows = await connection.execute(select(feedback).order_by(feedback.c.day))
        assert [tuple(row) for row in rows] == [
            ("foto", "tampil", ONE, 5),
            ("foto", "tampil", OTHER, 1),
        ]


async def test_gaps_are_summed_over_days_and_answers_left_out(database: Database) -> None:
    matched = {
        ("foto", "menu", "v1", ONE): 1,
        ("foto", "menu", "v1", OTHER): 1,
        ("foto", "answer", "v1", ONE): 9,
        ("cuti", "abstain", "v1", ONE): 3,
    }
    await usage.add(database, {}, matched)
    assert await usage.most_missed(database) == [
        Gap("cuti", "abstain", "v1", 3),
        Gap("foto", "menu", "v1", 2),
    ]

"""What lies at a messaging provider: records still to be deleted there, and counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.engine import Database
from bot.store.ids import new_id
from bot.store.schema import provider_counts, provider_records


@dataclass(frozen=True, slots=True)
class Record:
    """``since`` is the day from which fourteen are counted, ``day`` that of the key which seals
    ``body``."""

    since: str
    day: str
    due: int
    body: bytes = field(repr=False)
    tries: int = 0
    id: str = field(default_factory=new_id)


async def keep(database: Database, records: Sequence[Record]) -> None:
    names = ("id", "since", "day", "due", "tries", "body")
    rows = [{name: getattr(record, name) for name in names} for record in records]
    async with database.begin() as connection:
        await connection.execute(insert(provider_records), rows)


async def claim(database: Database, now: int, until: int, most: int) -> list[Record]:
    """Due records, put off until ``until`` so that no other process takes them as well."""
    query = (
        select(provider_records)
        .where(provider_records.c.due <= now)
        .order_by(provider_records.c.due)
        .limit(most)
    )
    async with database.read() as connection:
        if not (rows := (await connection.execute(query)).all()):
            return []
    claimed = []
    async with database.begin() as connection:
        for row in rows:
            same = (provider_records.c.id == row.id) & (provider_records.c.due == row.due)
            result = await connection.execute(
                update(provider_records).where(same).values(due=until)
            )
            if result.rowcount:
                claimed.append(Record(row.since, row.day, until, row.body, row.tries, row.id))
    return claimed


async def put_off(database: Database, record: Record, due: int, body: bytes) -> Record:
    """Try again at ``due``."""
    later = replace(record, due=due, body=body, tries=record.tries + 1)
    values = {"due": due, "body": body, "tries": later.tries}
    async with database.begin() as connection:
        await connection.execute(
            update(provider_records).where(provider_records.c.id == record.id).values(values)
        )
    return later


async def drop(database: Database, record: Record) -> None:
    async with database.begin() as connection:
        await connection.execute(delete(provider_records).where(provider_records.c.id == record.id))


async def expire(database: Database, oldest: str) -> int:
    """Give up on records of days before ``oldest``; returns how many."""
    old = provider_records.c.since < oldest
    async with database.read() as connection:
        if (
            await connection.execute(select(provider_records.c.id).where(old).limit(1))
        ).first() is None:
            return 0
    async with database.begin() as connection:
        return (await connection.execute(delete(provider_records).where(old))).rowcount


async def days_in_use(database: Database) -> set[str]:
    """The days whose keys are still needed."""
    query = select(provider_records.c.day).distinct()
    async with database.read() as connection:
        return set((await connection.execute(query)).scalars())


async def add_counts(database: Database, day: str, counts: Mapping[str, int]) -> None:
    async with database.begin() as connection:
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        for name, count in counts.items():
            values = {"name": name, "day": day, "count": count}
            statement = dialect.insert(provider_counts).values(values)
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["name", "day"],
                    set_={"count": provider_counts.c.count + count},
                )
            )


async def counts_of(database: Database, day: str) -> dict[str, int]:
    query = select(provider_counts.c.name, provider_counts.c.count).where(
        provider_counts.c.day == day
    )
    async with database.read() as connection:
        return {row[0]: row[1] for row in await connection.execute(query)}

"""Room rows on both databases."""

import asyncio

from bot.store import room
from bot.store.engine import Database
from bot.store.room import NewRoomMessage


def message(id_: str, desk: str = "meja", case_id: str | None = None) -> NewRoomMessage:
    return NewRoomMessage(id_, desk, "2026-11", b"tersegel", "2026-11-21", case_id)


async def test_places_are_counted_without_gaps_or_doubles(database: Database) -> None:
    posted = await asyncio.gather(*(room.post(database, message(id_)) for id_ in "abcde"))
    assert sorted(posted) == [1, 2, 3, 4, 5]
    assert [row.place for row in await room.since(database, "meja", 4)] == [4, 5]
    assert await room.last_place(database, "meja") == 5
    assert await room.last_place(database, "kosong") == 0


async def test_a_message_is_found_with_its_case_and_edited(database: Database) -> None:
    await room.post(database, message("a", case_id="kasus"))
    await room.post(database, message("b"))
    await room.edit(database, "meja", "a", b"baru")
    await room.edit(database, "lain", "b", b"baru")
    rows = await room.since(database, "meja", 1)
    assert [(row.body, row.case_id) for row in rows] == [(b"baru", "kasus"), (b"tersegel", None)]
    assert await room.one(database, "meja", "a") == rows[0]
    assert await room.one(database, "lain", "a") is None

"""Writes that come in during a write go out together; alone one waits for nobody."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.store import conversations
from bot.store.conversations import ConversationRow
from bot.store.engine import Database
from bot.store.together import Together


async def test_what_comes_during_a_write_is_written_together() -> None:
    lots: list[list[int]] = []

    async def write(items: Sequence[int]) -> None:
        await asyncio.sleep(0.01)
        lots.append([*items])

    together = Together(write)
    first = asyncio.create_task(together.add(1))
    await asyncio.sleep(0)
    await asyncio.gather(first, *(together.add(number) for number in (2, 3, 4)))
    assert lots == [[1], [2, 3, 4]]


async def test_nobody_believes_in_a_write_that_failed() -> None:
    written: list[int] = []
    fails = [True, True]

    async def write(items: Sequence[int]) -> None:
        await asyncio.sleep(0.01)
        if fails:
            fails.pop()
            raise OSError
        written.extend(items)

    together = Together(write)
    first = asyncio.create_task(together.add(1))
    await asyncio.sleep(0)
    second, third = (asyncio.create_task(together.add(number)) for number in (2, 3))
    for task in (first, second):
        with pytest.raises(OSError):
            await task
    await third
    assert written == [2, 3]


async def test_rows_of_many_chats_are_saved_and_the_slower_writer_is_left_out(
    database: Database,
) -> None:
    def row(name: bytes, version: int, body: bytes | None) -> ConversationRow:
        return ConversationRow(name, "2026-11-22", version, body)

    async def stored(name: bytes) -> tuple[int, bytes | None] | None:
        found, _ = await conversations.load(database, [name], [b"x"])
        return (found.version, found.body) if found else None

    await conversations.save_free(database, [row(b"a", 0, b"1"), row(b"b", 0, b"1")])
    late = [row(b"a", 1, b"2"), row(b"b", 1, None), row(b"c", 0, b"1"), row(b"a", 0, b"late")]
    await conversations.save_free(database, late)
    await conversations.save_free(database, [row(b"a", 1, b"late")])
    assert await stored(b"a") == (2, b"2")
    assert await stored(b"b") is None
    assert await stored(b"c") == (1, b"1")

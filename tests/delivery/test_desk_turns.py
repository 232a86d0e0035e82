"""One worker holds a desk, on both engines; it is free when that one goes or its lease ends."""

from sqlalchemy import select

from bot.keys.ring import KeyRing
from bot.limits import DESK_LEASE, GROUP_INTERVAL
from bot.store import desk_turns, outbox
from bot.store.desk_turns import Worker
from bot.store.engine import Database
from bot.store.schema import destinations
from tests.store.test_outbox import NOW, accept

ONE, OTHER = Worker("one", alone=False), Worker("other", alone=False)


async def _claims(database: Database, worker: Worker, now: int) -> bool | None:
    """Whether what was remembered is lost; None when the desk is not this worker's."""
    job = await outbox.claim(database, now, GROUP_INTERVAL, worker)
    return job.memory_lost if job else None


async def test_a_desk_stays_with_the_worker_that_lives(database: Database, ring: KeyRing) -> None:
    for number in range(6):
        await accept(database, ring, number)
    assert await _claims(database, ONE, NOW) is False
    assert await _claims(database, OTHER, NOW + 10) is None
    assert await _claims(database, ONE, NOW + 10) is False
    await desk_turns.renew(database, ONE, NOW + 30)
    assert await _claims(database, OTHER, NOW + 30 + DESK_LEASE - 1) is None
    assert await _claims(database, OTHER, NOW + 30 + DESK_LEASE) is True
    assert await _claims(database, ONE, NOW + 30 + DESK_LEASE + GROUP_INTERVAL) is None


async def test_a_desk_that_is_let_go_is_free_at_once(database: Database, ring: KeyRing) -> None:
    for number in range(6):
        await accept(database, ring, number)
    assert await _claims(database, ONE, NOW) is False
    await desk_turns.let_go(database, ONE, ["palu"], nothing_lost=True)
    assert await _claims(database, OTHER, NOW + 10) is False
    await desk_turns.let_go(database, OTHER, ["palu"], nothing_lost=False)
    assert await _claims(database, ONE, NOW + 20) is True


async def test_a_turn_that_was_taken_is_closed_to_all(database: Database, ring: KeyRing) -> None:
    await accept(database, ring, 1)
    assert await desk_turns.take_for_chore(database, "palu", NOW, GROUP_INTERVAL, ONE) is False
    assert await desk_turns.take_for_chore(database, "palu", NOW, GROUP_INTERVAL, ONE) is None
    assert await _claims(database, ONE, NOW) is None
    await desk_turns.next_turn(database, "palu", NOW)
    assert await _claims(database, ONE, NOW) is False


async def test_a_summary_is_remembered_by_its_day(database: Database, ring: KeyRing) -> None:
    await accept(database, ring, 1)
    await outbox.claim(database, NOW)
    assert await desk_turns.without_summary(database, "2026-11-18") == {"palu"}
    await desk_turns.had_summary(database, "palu", "2026-11-18")
    assert await desk_turns.without_summary(database, "2026-11-18") == set()
    assert await desk_turns.without_summary(database, "2026-11-19") == {"palu"}
    async with database.read() as connection:
        [row] = (await connection.execute(select(destinations))).all()
    assert row.holder is None

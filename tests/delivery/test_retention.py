"""Cards at a desk go with their case, and a desk that is away is asked again."""

from bot.chat.delivery_errors import Unreachable
from bot.clock import SetClock
from bot.delivery.retention import sweep
from bot.keys.ring import KeyRing
from bot.store import cases, outbox, schema
from bot.store.engine import Database
from tests.store.test_outbox import DAY, accept


async def _delivered(database: Database, ring: KeyRing, clock: SetClock) -> str:
    case_id = await accept(database, ring, 1, due=int(clock.now()))
    job = await outbox.claim(database, int(clock.now()))
    assert job is not None
    await outbox.record_step(database, job, "card", "77", DAY)
    await outbox.acknowledge(database, job, DAY)
    return case_id


async def test_the_card_is_erased_with_its_case(
    database: Database, ring: KeyRing, clock: SetClock
) -> None:
    case_id = await _delivered(database, ring, clock)
    erased = []

    async def erase(desk: str, message: str) -> None:
        erased.append((desk, message))

    clock.forward(days=90)
    await sweep(database, ring, clock, erase)
    assert erased == [("palu", "77")]
    assert await cases.case_by_id(database, case_id) is None


async def test_a_desk_that_is_away_is_asked_again(
    database: Database, ring: KeyRing, clock: SetClock
) -> None:
    case_id = await _delivered(database, ring, clock)
    away = True

    async def erase(_desk: str, _message: str) -> None:
        if away:
            raise Unreachable

    clock.forward(days=90)
    await sweep(database, ring, clock, erase)
    assert await cases.case_by_id(database, case_id) is not None
    away = False
    await sweep(database, ring, clock, erase)
    assert await cases.case_by_id(database, case_id) is None


async def test_a_month_that_just_ended_keeps_its_keys_for_two_days(
    database: Database, ring: KeyRing, clock: SetClock
) -> None:
    while clock.today().day != 1:
        clock.forward(days=1)
    clock.forward(days=-1)
    ring.delivery_key(ring.month())
    names = set(ring.month_names())
    clock.forward(days=1)
    await sweep(database, ring, clock)
    assert names <= set(ring.month_names())
    clock.forward(days=3)
    await sweep(database, ring, clock)
    assert not names & set(ring.month_names())


def test_keys_of_another_database_are_noticed(ring: KeyRing) -> None:
    assert ring.belongs_to(bytes(32))
    assert ring.belongs_to(bytes(32))
    assert not ring.belongs_to(bytes([1]) * 32)


async def test_what_a_moved_case_left_behind_is_erased_at_its_old_desk(
    database: Database, ring: KeyRing, clock: SetClock
) -> None:
    case_id = await _delivered(database, ring, clock)
    erased = []

    async def erase(desk: str, message: str) -> None:
        erased.append((desk, message))

    await sweep(database, ring, clock, erase)
    assert erased == []
    async with database.begin() as connection:
        here = schema.cases.c.id == case_id
        await connection.execute(schema.cases.update().where(here).values(desk="poso"))
    for _ in range(2):
        await sweep(database, ring, clock, erase)
    assert erased == [("palu", "77")]
    assert await cases.case_by_id(database, case_id)

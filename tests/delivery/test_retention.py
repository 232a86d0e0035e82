"""Cards at a desk go with their case, and a desk that is away is asked again."""

from collections.abc import Collection
from dataclasses import dataclass, field

from bot.chat.delivery_errors import Gone, Unreachable
from bot.clock import SetClock
from bot.compose_delivery import AtDesks
from bot.delivery.digest import Digests
from bot.delivery.retention import sweep
from bot.desks.casebook import Casebook
from bot.keys.ring import KeyRing
from bot.limits import DIGEST_AFTER
from bot.store import cases, outbox, schema
from bot.store.cases import CaseRow
from bot.store.engine import Database
from tests.delivery.desk_world import PALU, SULTENG, World
from tests.delivery.plain import PlainView
from tests.store.test_outbox import DAY, accept


@dataclass
class Screen:
    """Desks that show single cards."""

    away: bool = False
    gone: str = ""
    erased: list[tuple[str, str]] = field(default_factory=list)

    async def erase(self, desk: str, message: str) -> None:
        if desk == self.gone:
            raise Gone
        if self.away:
            raise Unreachable
        self.erased.append((desk, message))

    async def relist(self, _desk: str, _message: str, _without: Collection[str]) -> bool:
        return False


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
    screen = Screen()
    clock.forward(days=90)
    await sweep(database, ring, clock, screen)
    assert screen.erased == [("palu", "77")]
    assert await cases.case_by_id(database, case_id) is None


async def test_a_desk_that_is_away_is_asked_again(
    database: Database, ring: KeyRing, clock: SetClock
) -> None:
    case_id = await _delivered(database, ring, clock)
    screen = Screen(away=True)
    clock.forward(days=90)
    await sweep(database, ring, clock, screen)
    assert await cases.case_by_id(database, case_id) is not None
    screen.away = False
    await sweep(database, ring, clock, screen)
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
    screen = Screen()
    await sweep(database, ring, clock, screen)
    assert screen.erased == []
    await set_case(database, case_id, desk="poso")
    for _ in range(2):
        await sweep(database, ring, clock, screen)
    assert screen.erased == [("palu", "77")]
    assert await cases.case_by_id(database, case_id)


async def a_digest(world: World) -> tuple[AtDesks, list[CaseRow]]:
    """Ten tips in one message at Palu."""
    await world.attend("sulteng")
    tips = [await world.tip() for _ in range(DIGEST_AFTER + 1)]
    await world.works(1)
    digests = Digests(world.database, Casebook(world.database, world.ring), PlainView())
    listed = [tip for tip in tips if tip.code in world.platform.texts()[0]]
    return AtDesks(world.desks, {"web": world.platform}, None, digests), listed


async def test_a_digest_loses_the_line_of_a_case_that_is_over_and_keeps_the_others(
    database: Database, ring: KeyRing, clock: SetClock
) -> None:
    world = World(database, ring, clock)
    desks, [over, *others] = await a_digest(world)
    await set_case(database, over.id, expires=str(clock.today()))
    await sweep(database, ring, clock, desks)
    shown = world.platform.texts()[0]
    assert over.code not in shown
    assert all(other.code in shown for other in others)
    assert await cases.case_by_id(database, over.id) is None


async def test_a_digest_shows_no_case_that_was_moved_away(
    database: Database, ring: KeyRing, clock: SetClock
) -> None:
    world = World(database, ring, clock, PALU, SULTENG)
    desks, [moved, *others] = await a_digest(world)
    await set_case(database, moved.id, desk="sulteng")
    for _ in range(2):
        await sweep(database, ring, clock, desks)
    shown = world.platform.texts()[0]
    assert moved.code not in shown
    assert all(other.code in shown for other in others)
    assert world.platform.edits == 1


async def test_a_desk_that_is_no_more_keeps_no_card_elsewhere_alive(
    database: Database, ring: KeyRing, clock: SetClock
) -> None:
    case_id = await _delivered(database, ring, clock)
    async with database.begin() as connection:
        row = {"desk": "gone", "message": "5", "case_id": case_id, "step": "card", "day": DAY}
        await connection.execute(schema.desk_messages.insert().values(row))
    screen = Screen(gone="gone")
    clock.forward(days=90)
    await sweep(database, ring, clock, screen)
    assert screen.erased == [("palu", "77")]


async def set_case(database: Database, case_id: str, **values: str) -> None:
    async with database.begin() as connection:
        here = schema.cases.c.id == case_id
        await connection.execute(schema.cases.update().where(here).values(**values))

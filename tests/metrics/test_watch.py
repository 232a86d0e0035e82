"""The watch: late is late, the operator is told once, and again only when it changes."""

import asyncio
from pathlib import Path

import pytest

from bot.chat.delivery_errors import Unreachable
from bot.chat.messages import Outgoing
from bot.chat.wording import Wording
from bot.clock import SetClock
from bot.keys.ring import KeyRing
from bot.limits import GAUGES_EVERY, LATE_AFTER_SECONDS, OPS_QUIET, WATCH_LEASE
from bot.store import backlog, outbox
from bot.store.backlog import Waiting
from bot.store.engine import Database
from bot.watch.backlog import Backlog, Late
from bot.watch.metrics import Metrics
from bot.watch.notices import Notices, State
from bot.watch.watch import Watch
from tests.conftest import CONTENT
from tests.metrics.test_metrics import values
from tests.store.test_outbox import accept

NOW = 1_795_000_000


@pytest.fixture(scope="module")
def wording() -> Wording:
    return Wording.load(CONTENT / "wording")


@pytest.fixture
def notices(wording: Wording) -> Notices:
    return Notices(wording, {"palu": "meja Palu", "dki": "meja DKI"}.__getitem__)


def late(count: int, hours: float = 0) -> State:
    return State(desks={"palu": Late(count, int(hours * 3_600))})


def test_young_deliveries_are_nobodys_business() -> None:
    assert Backlog().look([Waiting("a", "palu", NOW - LATE_AFTER_SECONDS + 1, 0, False)], NOW) == {}


def test_a_delivery_that_is_tried_again_and_again_keeps_its_age() -> None:
    watching = Backlog()
    watching.look([Waiting("a", "palu", NOW, 0, False)], NOW)
    later = NOW + 7_200
    assert watching.look([Waiting("a", "palu", later + 600, 9, False)], later) == {
        "palu": Late(count=1, seconds=7_200, retried=1)
    }
    assert watching.look([], later) == {}


def test_the_operator_reads_a_plain_sentence(notices: Notices) -> None:
    notice = notices.due(late(12, 2), NOW)
    assert notice is not None
    assert str(notice.text) == "Meja Palu: 12 belum sampai, 2 jam."


def test_it_is_said_once_and_again_when_it_doubles_or_ends(notices: Notices) -> None:
    notices.sent(late(12, 2), NOW)
    again = NOW + OPS_QUIET
    assert notices.due(late(13, 3), again) is None
    assert notices.due(late(6, 2), again) is None  # getting better by itself
    assert notices.due(late(30, 4), again - 1) is None  # never sooner
    assert "30 belum sampai, 4 jam" in str(getattr(notices.due(late(30, 4), again), "text", ""))
    well = notices.due(State(), again)
    assert well is not None
    assert str(well.text) == "Semua lancar lagi."


def test_what_is_solved_is_said_beside_what_is_not(notices: Notices) -> None:
    both = State(frozenset({"keys"}), {"dki": Late(dead=2)})
    notice = notices.due(both, NOW)
    assert notice is not None
    assert "Tempat kunci" in str(notice.text)
    assert "Meja DKI: 2 gagal dikirim" in str(notice.text)
    notices.sent(both, NOW)
    left = notices.due(State(frozenset({"keys"})), NOW + OPS_QUIET)
    assert left is not None
    assert "Sudah beres: Meja DKI." in str(left.text)


def _watch(
    database: Database, ring: KeyRing, clock: SetClock, notices: Notices, told: list[str]
) -> tuple[Watch, Metrics]:
    metrics = Metrics("worker")

    async def tell(message: Outgoing) -> None:
        told.append(str(message.text))

    return Watch(database, ring, clock, metrics, notices, tell, None), metrics


async def test_a_desk_that_gets_nothing_is_noticed_and_shown(
    database: Database, ring: KeyRing, clock: SetClock, notices: Notices
) -> None:
    told: list[str] = []
    watch, metrics = _watch(database, ring, clock, notices, told)
    for number in range(1, 4):
        await accept(database, ring, number, due=int(clock.now()))
    await watch.look()
    assert told == []
    assert not any("outbox_late{" in key for key in values(metrics))
    clock.forward(hours=2)
    await watch.look()
    await watch.look()
    assert told == ["Meja Palu: 3 belum sampai, 2 jam."]
    assert values(metrics)["tanya_outbox_late{desk=palu}"] == 3
    while job := await outbox.claim(database, int(clock.now())):
        await outbox.acknowledge(database, job, str(clock.today()))
        clock.forward(minutes=1)
    clock.forward(minutes=max(GAUGES_EVERY, OPS_QUIET) / 60)
    await watch.look()
    assert told[1:] == ["Semua lancar lagi."]
    assert not any("outbox_late{" in key for key in values(metrics))


async def test_only_one_worker_speaks_and_another_takes_over(
    database: Database, ring: KeyRing, clock: SetClock, wording: Wording
) -> None:
    told: list[str] = []
    pair = [_watch(database, ring, clock, Notices(wording, str), told)[0] for _ in range(2)]
    await accept(database, ring, 1, due=int(clock.now()))
    clock.forward(hours=1)
    for watch in pair:
        await watch.look()
    assert len(told) == 1
    clock.forward(minutes=WATCH_LEASE / 60 + OPS_QUIET / 60)
    await pair[1].look()
    assert len(told) == 2


async def test_a_worker_that_stops_leaves_the_watch_to_another_at_once(
    database: Database, ring: KeyRing, clock: SetClock, wording: Wording
) -> None:
    told: list[str] = []
    first, second = (_watch(database, ring, clock, Notices(wording, str), told)[0] for _ in "ab")
    stop = asyncio.Event()
    running = asyncio.create_task(first.run(stop))
    await asyncio.sleep(0)  # it looks
    stop.set()
    await running
    await accept(database, ring, 1, due=int(clock.now()))
    clock.forward(hours=1)
    await second.look()
    assert len(told) == 1


async def test_an_operator_who_cannot_be_told_is_told_later(
    sqlite_database: Database, ring: KeyRing, clock: SetClock, notices: Notices
) -> None:
    told: list[Outgoing] = []
    away = True

    async def tell(message: Outgoing) -> None:
        if away:
            raise Unreachable
        told.append(message)

    watch = Watch(sqlite_database, ring, clock, Metrics("run"), notices, tell, None)
    await accept(sqlite_database, ring, 1, due=int(clock.now()))
    clock.forward(hours=1)
    await watch.look()
    away = False
    await watch.look()
    assert len(told) == 1


async def test_keys_and_disk_are_looked_at(
    sqlite_database: Database, ring: KeyRing, clock: SetClock, notices: Notices, tmp_path: Path
) -> None:
    metrics = Metrics("run")
    await Watch(sqlite_database, ring, clock, metrics, notices, None, tmp_path).look()
    assert values(metrics)["tanya_up{part=database}"] == 1
    assert values(metrics)["tanya_up{part=keys}"] == 1
    assert values(metrics)["tanya_disk_free_bytes{}"] > 0


async def test_the_tips_of_a_day_are_counted_when_it_is_over(
    database: Database, ring: KeyRing, clock: SetClock
) -> None:
    await accept(database, ring, 1)
    assert await backlog.tips_of_day(database, "2026-11-18") == 1
    assert await backlog.tips_of_day(database, "2026-11-19") == 0


async def test_dead_deliveries_are_tried_again_by_desk(database: Database, ring: KeyRing) -> None:
    for number, desk in ((1, "palu"), (2, "dki")):
        await accept(database, ring, number, desk)
        job = await outbox.claim(database, NOW)
        assert job is not None
        await outbox.give_up(database, job)
    assert await backlog.revive(database, NOW, "palu") == 1
    assert {job.desk for job in await outbox.dead(database)} == {"dki"}

"""A primary that never comes back: its standby is promoted while tips are written.

``python -m pytest tests/scale/test_failover.py -m slow -s`` prints the counts.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.chat.messages import Outgoing
from bot.clock import SystemClock
from bot.delivery.worker import Worker
from bot.desks.routes import Desk, Desks
from bot.keys.ring import open_ring
from bot.store import outbox
from bot.store.engine import open_database
from bot.store.outage import StoreUnavailable
from tests.delivery.killed_worker import DESKS
from tests.delivery.plain import NoFiles, PlainView, plain_desk
from tests.scale.stoppable import Postgres, address_of, stoppable_postgres
from tests.scale.test_outage import accept_like_a_platform
from tests.store.test_outbox import accept

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
WRITERS, EACH, BEHIND = 8, 20, 1.0


async def _standby(primary: Postgres, data: Path, *, synchronous: bool) -> Postgres:
    await primary.prepare()
    standby = await asyncio.to_thread(primary.standby, data)
    if synchronous:
        await primary.say(
            "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"
        )
    return standby


class Service:
    """Writers that bring a tip until it is accepted, and a worker."""

    def __init__(self, url: str, keys: Path) -> None:
        self._clock = SystemClock()
        self._database, self._ring = open_database(url), open_ring(str(keys), self._clock)
        self._stop = asyncio.Event()
        self.accepted: dict[str, float] = {}
        self.delivered: Counter[str] = Counter()
        self.refused = 0

    async def writes(self) -> None:
        await asyncio.gather(*(self._writer(1 + EACH * one) for one in range(WRITERS)))

    async def _writer(self, first: int) -> None:
        for number in range(first, first + EACH):
            self.refused += await accept_like_a_platform(self._database, self._ring, number)
            self.accepted[f"AAA-{number:03d}"] = time.monotonic()
            await asyncio.sleep(0.2)

    async def delivers(self) -> None:
        desks = Desks({name: Desk(id=name, name=name, channel="web", chat=name) for name in DESKS})
        senders, view = {"web": plain_desk(self._deliver)}, PlainView()
        worker = Worker(self._database, self._ring, desks, senders, view, NoFiles(), self._clock)
        await worker.run(self._stop)

    async def _deliver(self, _chat: str, message: Outgoing, /) -> str:
        self.delivered[str(message.text).split()[0]] += 1
        return str(self.delivered.total())

    async def finish(self) -> None:
        """Stop once everything is delivered."""
        for _ in range(1_000):
            if not await outbox.waiting(self._database):
                break
            await asyncio.sleep(0.2)
        self._stop.set()

    async def close(self) -> None:
        await self._database.close()


@pytest.mark.parametrize("found_by", ["one address", "two names"])
@pytest.mark.parametrize("synchronous", [True, False])
async def test_a_standby_takes_over(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, synchronous: bool, found_by: str
) -> None:
    """What only the primary had is lost: nothing, where it waits for the standby before it says
    that something is written; else what the standby was behind."""
    folder = tmp_path_factory.mktemp("failover")
    with stoppable_postgres(folder) as primary:
        standby = await _standby(primary, folder / "standby", synchronous=synchronous)
        async with address_of(primary) as address:
            url = address.url if found_by == "one address" else _both(primary, standby)
            service = Service(url, tmp_path / "keys")
            working = asyncio.gather(service.writes(), service.delivers())
            await _until(lambda: len(service.accepted) > 3 * WRITERS)
            behind = time.monotonic()
            if not synchronous:
                await asyncio.to_thread(standby.stop, "fast")
                await asyncio.sleep(BEHIND)
            await asyncio.to_thread(primary.stop)
            if not synchronous:
                await asyncio.to_thread(standby.start)
            address.turn(standby)  # which is still read-only
            await asyncio.sleep(0.5)
            await asyncio.to_thread(standby.promote)
            promoted = time.monotonic()
            await _until(lambda: max(service.accepted.values()) > promoted)
            again = max(service.accepted.values()) - promoted
            await _until(lambda: len(service.accepted) == WRITERS * EACH)
            await service.finish()
            await working
            await service.close()

    lost = {code for code in service.accepted if code not in service.delivered}
    repeats = service.delivered.total() - len(service.delivered)
    print(  # noqa: T201
        f"\nsynchronous={synchronous}, {found_by}: {len(service.accepted)} accepted, "
        f"{service.refused} refused, {len(lost)} lost, {repeats} twice, "
        f"well {again:.1f} s after the promotion"
    )
    assert service.refused
    if synchronous:
        assert not lost
        assert repeats <= 1
    assert all(service.accepted[code] > behind for code in lost)


async def test_a_primary_that_misses_its_standby_promises_nothing(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    """Whoever writes is refused after a while; what was written by then is not written twice."""
    folder = tmp_path_factory.mktemp("alone")
    with stoppable_postgres(folder) as primary:
        standby = await _standby(primary, folder / "standby", synchronous=True)
        database = open_database(primary.url)
        ring = open_ring(str(tmp_path / "keys"), SystemClock())
        await accept(database, ring, 1)
        await asyncio.to_thread(standby.stop, "fast")
        begun = time.monotonic()
        with pytest.raises(StoreUnavailable):
            await accept(database, ring, 2)
        print(f"\nrefused after {time.monotonic() - begun:.0f} s")  # noqa: T201
        await asyncio.to_thread(standby.start)
        await accept_like_a_platform(database, ring, 2)
        assert sum((await outbox.waiting(database)).values()) == 2
        await database.close()


async def _until(holds: Callable[[], bool]) -> None:
    for _ in range(6_000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it stands still")


def _both(primary: Postgres, standby: Postgres) -> str:
    """Each is asked in turn; the one that may be written to is taken."""
    hosts = "&".join(f"host=127.0.0.1:{server.port}" for server in (primary, standby))
    return f"postgresql+asyncpg://postgres@/postgres?{hosts}&target_session_attrs=read-write"

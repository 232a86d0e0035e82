"""PostgreSQL stopped, started and made read-only under load: whoever is refused may try again, and
whatever was accepted arrives."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from bot.chat.messages import Outgoing
from bot.clock import SystemClock
from bot.delivery.worker import Worker
from bot.desks.routes import Desk, Desks
from bot.keys.ring import KeyRing, open_ring
from bot.store import outbox
from bot.store.engine import Database, open_database
from bot.store.outage import READ_ONLY, StoreUnavailable
from tests.delivery.killed_worker import DESKS
from tests.delivery.plain import NoFiles, PlainView, plain_desk
from tests.scale.stoppable import Postgres, stoppable_postgres
from tests.store.test_outbox import accept

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
WRITERS, EACH, STOPS = 8, 12, 3


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with stoppable_postgres(tmp_path_factory.mktemp("stoppable")) as running:
        yield running


async def accept_like_a_platform(database: Database, ring: KeyRing, number: int) -> int:
    """Bring it again until it is accepted; returns how often it was refused."""
    refused = 0
    while True:
        try:
            await accept(database, ring, number, DESKS[number % len(DESKS)], due=0)
        except StoreUnavailable:
            refused += 1
            await asyncio.sleep(0.2)
        except IntegrityError:
            return refused  # it had been committed when the connection broke
        else:
            return refused


async def test_stopped_and_started_under_load(server: Postgres, tmp_path: Path) -> None:
    await server.prepare()
    clock = SystemClock()
    database, ring = open_database(server.url), open_ring(str(tmp_path / "keys"), clock)
    delivered: list[str] = []

    async def deliver(_chat: str, message: Outgoing, /) -> str:
        delivered.append(str(message.text).split()[0])
        return str(len(delivered))

    desks = Desks({name: Desk(id=name, name=name, channel="web", chat=name) for name in DESKS})
    senders = {"web": plain_desk(deliver)}
    worker = Worker(database, ring, desks, senders, PlainView(), NoFiles(), clock)
    stop = asyncio.Event()
    working = asyncio.create_task(worker.run(stop))

    async def writer(first: int) -> int:
        refused = 0
        for number in range(first, first + EACH):
            refused += await accept_like_a_platform(database, ring, number)
            await asyncio.sleep(0.3)
        return refused

    writing = asyncio.gather(*(writer(1 + EACH * one) for one in range(WRITERS)))
    for _ in range(STOPS):
        await asyncio.sleep(0.7)
        await asyncio.to_thread(server.stop)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(server.start)
    refused = sum(await writing)
    for _ in range(1_200):
        if not await outbox.waiting(database):
            break
        await asyncio.sleep(0.1)
    stop.set()
    await working
    await database.close()

    counts = Counter(delivered)
    repeats = sum(counts.values()) - len(counts)
    print(f"\n{STOPS} stops, {refused} refused, {len(counts)} delivered, {repeats} twice")  # noqa: T201
    assert refused
    assert len(counts) == WRITERS * EACH
    assert repeats <= STOPS


async def test_a_server_that_lost_its_primary_role_is_an_outage_and_passes(
    server: Postgres, tmp_path: Path
) -> None:
    await server.prepare()
    database = open_database(f"{server.url}?target_session_attrs=any")
    ring = open_ring(str(tmp_path / "keys"), SystemClock())
    await accept(database, ring, 1)
    await server.read_only(True)
    await asyncio.sleep(0.5)
    with pytest.raises(StoreUnavailable, match=READ_ONLY):
        await accept(database, ring, 2)
    assert await outbox.waiting(database) == {"palu": 1}  # reading goes on
    await server.read_only(False)
    await asyncio.sleep(0.5)
    await accept(database, ring, 2)
    await database.close()

"""A notice is sent once, however many workers there are, on both engines."""

import asyncio

from bot.chat.addressed import WantNudge, complete
from bot.chat.messages import Address, Outgoing
from bot.chat.text import Text
from bot.clock import SetClock
from bot.delivery.nudges import Nudger
from bot.keys.ring import KeyRing
from bot.limits import LEASE
from bot.store import cases, nudges
from bot.store.engine import Database

BUDI = Address("telegram", "7")


class Chats:
    """``alive``: whether sending comes to an end."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.alive = True

    async def tell(self, chat: str, _notice: Outgoing, _known: str | None, /) -> str:
        await asyncio.sleep(0.05)
        self.told.append(chat)
        if not self.alive:
            raise asyncio.CancelledError
        return "1"


async def _workers(
    database: Database, ring: KeyRing, clock: SetClock, chats: Chats
) -> list[Nudger]:
    """Two, and a notice that is due."""
    wish = complete(WantNudge("k1"), BUDI, ring)
    async with database.begin() as connection:
        await cases.apply(connection, wish)
        await nudges.wake(connection, "k1", int(clock.now()))
    notice = Outgoing(Text.plain("ada kabar"))
    return [Nudger(database, ring, {"telegram": chats.tell}, notice, clock) for _ in range(2)]


async def test_two_workers_send_it_once(database: Database, ring: KeyRing, clock: SetClock) -> None:
    chats = Chats()
    workers = await _workers(database, ring, clock, chats)
    await asyncio.gather(*(worker.step() for worker in workers))
    assert chats.told == ["7"]
    assert await nudges.weeks_in_use(database) == set()


async def test_a_worker_that_died_is_followed_by_another(
    database: Database, ring: KeyRing, clock: SetClock
) -> None:
    chats = Chats()
    first, other = await _workers(database, ring, clock, chats)
    chats.alive = False
    await asyncio.gather(first.step(), return_exceptions=True)
    chats.alive = True
    await other.step()
    assert chats.told == ["7"]
    clock.forward(minutes=LEASE / 60)
    await other.step()
    assert chats.told == ["7", "7"]

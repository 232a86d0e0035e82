"""Desks, tips and a platform that goes wrong on demand, for the worker's tests."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.chat.delivery_errors import DeliveryError
from bot.chat.messages import Outgoing
from bot.clock import SetClock
from bot.delivery.worker import Worker
from bot.desks.desk import Desk
from bot.desks.routes import Desks
from bot.desks.similar import Similar
from bot.desks.switches import Switch, Switches
from bot.keys.ring import KeyRing
from bot.store import cases, moderators, outbox
from bot.store.cases import CaseRow
from bot.store.effects import AcceptTip, AddToCase, Effect, SealedMessage
from bot.store.engine import Database
from bot.tips.sealing import seal_for_desk, seal_sender
from tests.delivery.plain import PlainView

PALU = Desk(id="palu", name="Meja Palu", channel="web", chat="g1", regions=("72.71",))
SULTENG = Desk(id="sulteng", name="Meja Sulteng", channel="web", chat="g2", regions=("72",))

_ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]
POSTGRESQL_APART = pytest.mark.parametrize("database", _ENGINES, indirect=True)
"""For tests in which no statement differs: on PostgreSQL in the slow run only."""


@dataclass
class Platform:
    """What desks see, by message id; ``errors`` come first, one a call."""

    screen: dict[str, tuple[str, Outgoing]] = field(default_factory=dict)
    errors: deque[DeliveryError] = field(default_factory=deque)
    lost_answers: int = 0
    edits: int = 0
    topics: list[str] = field(default_factory=list)

    async def send(self, chat: str, message: Outgoing, /) -> str:
        self._may_fail()
        id_ = str(len(self.screen) + 1)
        self.screen[id_] = (chat, message)
        return id_

    async def edit(self, chat: str, message_id: str, message: Outgoing, /) -> None:
        self._may_fail()
        self.edits += 1
        self.screen[message_id] = (chat, message)

    async def open_topic(self, chat: str, name: str, /) -> str:
        self._may_fail()
        self.topics.append(name)
        return f"{chat}/{len(self.topics)}"

    def _may_fail(self) -> None:
        if self.errors:
            raise self.errors.popleft()

    def texts(self, chat: str = "") -> list[str]:
        return [str(m.text) for where, m in self.screen.values() if where.startswith(chat)]


@dataclass
class KeptFiles:
    """A file is its object's name."""

    async def read(self, file: Any, /) -> bytes:
        return str(file["object"]).encode()


class World:
    def __init__(
        self, database: Database, ring: KeyRing, clock: SetClock, *desks: Desk, alert: str = ""
    ) -> None:
        self.database, self.ring, self.clock = database, ring, clock
        siaga: dict[str, Any] = {
            "region": alert,
            "from": clock.today(),
            "until": clock.today(),
            "kind": "siaga",
        }
        switches = Switches([Switch.model_validate(siaga)] if alert else [])
        self.desks = Desks({desk.id: desk for desk in desks or (PALU,)}, switches)
        self.platform = Platform()
        self.similar = Similar()
        self.worker = self.new_worker()
        self._count = 0

    def new_worker(self) -> Worker:
        """A worker without memory, as after a restart."""
        senders = {"web": self.platform}
        self.worker = Worker(
            self.database,
            self.ring,
            self.desks,
            senders,
            PlainView(),
            KeptFiles(),
            self.clock,
            self.similar,
        )
        return self.worker

    async def attend(self, *desks: str) -> None:
        async with self.database.begin() as connection:
            for desk in desks:
                await moderators.enrol(connection, desk, "1", str(self.clock.today()))

    async def tip(
        self, text: str = "", sender: bytes | None = None, lane: str = "main", **content: Any
    ) -> CaseRow:
        """A tip that is due now at Palu, after those before it."""
        self._count += 1
        case_id, code = f"{self._count:032x}", f"K{self._count:05d}"
        today = self.clock.today()
        whole: dict[str, Any] = {
            "text": text or f"isi {code} {self._count * 7919}",
            "place": "72.71",
        }
        whole |= {"category": 1, **content}
        tag = seal_sender(self.ring, today, case_id, sender) if sender else None
        await self.apply(
            AcceptTip(
                case_id,
                code,
                "palu",
                self.ring.month(),
                seal_for_desk(self.ring, "palu", case_id, 0, "tip", whole),
                str(today),
                "2099-01-01",
                due=int(self.clock.now()) - 1_000 + self._count,  # in this order
                sender=tag,
                lane=lane,
            )
        )
        return await self.case(case_id)

    async def case(self, case_id: str) -> CaseRow:
        found = await cases.case_by_id(self.database, case_id)
        assert found
        return found

    async def adds(self, case: CaseRow, text: str, sequence: int = 1) -> None:
        message: SealedMessage = seal_for_desk(
            self.ring, case.desk, case.id, sequence, "addition", {"text": text}
        )
        day, due = str(self.clock.today()), int(self.clock.now())
        await self.apply(AddToCase(case.id, sequence, message, day, due))

    async def apply(self, *effects: Effect) -> None:
        async with self.database.begin() as connection:
            for effect in effects:
                await cases.apply(connection, effect)

    async def works(self, seconds: float = 60) -> None:
        """Let the worker do what it can in this time; it looks every second, later less often."""
        until = self.clock.seconds + seconds
        while self.clock.seconds < until:
            while await self.worker.step():
                pass
            self.clock.seconds += max(1, seconds // 100)

    async def settles(self) -> None:
        """Until nothing waits any more; an hour at most."""
        for _ in range(400):
            if not await self.waiting():
                return
            await self.works(1)
            self.clock.seconds += 8

    async def waiting(self) -> int:
        return sum((await outbox.waiting(self.database)).values())

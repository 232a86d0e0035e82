"""A worker for evidence jobs, with a platform and a rebuild that a test can bend."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO

from bot.chat.addressed import FetchFile, complete
from bot.chat.draft_files import DraftFile, DraftFiles
from bot.chat.messages import Address, Attachment, Outgoing
from bot.chat.wording import Wording
from bot.clock import SetClock
from bot.delivery.evidence_jobs import EvidenceJobs, uploaded
from bot.delivery.evidence_progress import Progress, Teller
from bot.keys.ring import KeyRing
from bot.store import cases
from bot.store.effects import Effect
from bot.store.engine import Database
from bot.tips.evidence.kinds import Rebuilt, Refused, TooSlow
from bot.tips.evidence.storage import EvidenceStore
from tests.conftest import CONTENT

BUDI = Address("telegram", "1001")
NEW = b"salinan olahan"


async def rebuild(source: AsyncIterator[bytes]) -> tuple[Rebuilt, BinaryIO]:
    """Reads to the end; refuses what begins with "rusak", has no time for "lambat"."""
    content = b"".join([part async for part in source])
    if content.startswith(b"rusak"):
        raise Refused("unreadable")
    if content.startswith(b"lambat"):
        raise TooSlow
    return Rebuilt("picture", ".jpg", "image/jpeg", len(NEW), {"taken": "2026-11-05"}), BytesIO(NEW)


@dataclass
class Platform:
    """Files by reference; ``before`` is run first, and may raise."""

    files: dict[str, bytes] = field(default_factory=dict)
    before: Callable[[], object] = lambda: None
    asked: int = 0

    async def fetch(self, reference: str, _limit: int) -> AsyncIterator[bytes]:
        self.asked += 1
        if asyncio.iscoroutine(waits := self.before()):
            await waits
        yield self.files[reference]


@dataclass
class Phone:
    """What a chat sees: messages by id, some edited."""

    screen: dict[str, str] = field(default_factory=dict)
    error: Exception | None = None

    async def tell(self, _chat: str, message: Outgoing, edits: str | None, /) -> str:
        if self.error:
            raise self.error
        id_ = edits or f"m{len(self.screen) + 1}"
        self.screen[id_] = str(message.text)
        return id_


@dataclass
class World:
    database: Database
    ring: KeyRing
    clock: SetClock
    store: EvidenceStore
    platform: Platform = field(default_factory=Platform)
    phone: Phone = field(default_factory=Phone)
    edits: bool = True

    def __post_init__(self) -> None:
        self.wording = Wording.load(CONTENT / "wording")
        self.jobs = self.worker()

    def worker(self) -> EvidenceJobs:
        """A worker that has just started."""
        teller = Teller(self.phone.tell, self.edits)
        tellers = {"telegram": teller, "whatsapp": teller}
        fetchers = {
            "telegram": self.platform.fetch,
            "whatsapp": self.platform.fetch,
            "web": uploaded(self.store),
        }
        progress = Progress(tellers, self.wording, self.clock)
        return EvidenceJobs(
            self.database, self.ring, self.clock, self.store, rebuild, fetchers, progress
        )

    async def sent(self, id_: str, content: bytes = b"asli", address: Address = BUDI) -> str:
        """Somebody sends a file inside a draft."""
        self.platform.files[id_] = content
        await self.queued(id_, Attachment("photo", id_), address)
        return id_

    async def queued(self, id_: str, file: Attachment, address: Address) -> None:
        effect = FetchFile(id_, file, int(self.clock.now()))
        await self.does(complete(effect, address, self.ring))

    async def does(self, effect: Effect) -> None:
        async with self.database.begin() as connection:
            await cases.apply(connection, effect)

    async def works(self) -> None:
        """All that is due now."""
        while await self.jobs.step():
            pass

    async def file(self, id_: str) -> DraftFile:
        [found] = await DraftFiles(self.database, self.ring).of([id_])
        return found

"""Evidence jobs: fetch a file that somebody sent, rebuild it, store the copy, record the result.

One at a time, in the worker. A row stays `waiting` until its result is committed, so a worker
that dies at any point leaves a job whose lease ends, and at most an object without a row, which
the sweep deletes. The original passes through memory only.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, BinaryIO

from sqlalchemy.exc import SQLAlchemyError

from bot.chat import traces
from bot.chat.addressed import open_job
from bot.chat.delivery_errors import Busy, Gone, Moved, Refused
from bot.chat.draft_files import seal_result
from bot.chat.files import Fetch, FileGone, FileTooBig
from bot.chat.messages import Address
from bot.clock import Clock
from bot.delivery import evidence_sweep
from bot.delivery.evidence_progress import Progress
from bot.delivery.steadily import steadily
from bot.keys.crypto import SealError
from bot.keys.ring import KeyRing
from bot.limits import (
    EVIDENCE_IN_MAX,
    EVIDENCE_JOB_TIME,
    EVIDENCE_LEASE,
    EVIDENCE_TRIES,
)
from bot.store import evidence
from bot.store.engine import Database
from bot.store.evidence import READY, REFUSED, EvidenceJob
from bot.tips.evidence.kinds import Rebuilt, TooSlow
from bot.tips.evidence.kinds import Refused as NotRebuilt
from bot.tips.evidence.parent import pieces
from bot.tips.evidence.storage import EvidenceMissing, EvidenceStore

_log = logging.getLogger(__name__)

_GONE, _TOO_BIG, _UNREACHABLE = "fetch.gone", "fetch.too_big", "fetch.unreachable"

Rebuild = Callable[[AsyncIterator[bytes]], Awaitable[tuple[Rebuilt, BinaryIO]]]
"""`bot.tips.evidence.parent.Rebuilder.rebuild`."""


class EvidenceJobs:
    def __init__(
        self,
        database: Database,
        ring: KeyRing,
        clock: Clock,
        store: EvidenceStore,
        rebuild: Rebuild,
        fetchers: Mapping[str, Fetch],
        progress: Progress,
    ) -> None:
        """``fetchers`` by channel; `uploaded` is the one for files that lie in the store."""
        self._database = database
        self._ring = ring
        self._clock = clock
        self._store = store
        self._rebuild = rebuild
        self._fetchers = fetchers
        self._progress = progress
        self._slow: set[str] = set()  # files that outlasted EVIDENCE_WALL once; not twice

    async def run(self, stop: asyncio.Event) -> None:
        """Make copies until told to stop; what is in hand is finished first."""
        await steadily(self.step, stop)

    async def step(self) -> bool:
        """Delete what is doomed and work on one file; False when none was due."""
        await evidence_sweep.delete_doomed(self._database, self._store)
        job = await evidence.claim(self._database, int(self._clock.now()), EVIDENCE_LEASE)
        if job is None:
            return False
        try:
            opened = open_job(self._ring, job.id, job.day, job.job)
        except (KeyError, SealError):
            await evidence.forget(self._database, job.id)
            return True
        if job.tries > EVIDENCE_TRIES:  # also a file that ends the worker itself each time
            await self._refuse(job, opened, _UNREACHABLE)
            return True
        await self._try(job, opened)
        return True

    async def _try(self, job: EvidenceJob, opened: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(EVIDENCE_JOB_TIME):
                await self._make(job, opened)
        except NotRebuilt as error:
            if isinstance(error, TooSlow) and job.id not in self._slow:
                self._slow.add(job.id)
                await evidence.again(self._database, job, int(self._clock.now()), None)
            else:
                await self._refuse(job, opened, f"refused.{error.reason}")
        except FileTooBig:
            await self._refuse(job, opened, _TOO_BIG)
        except (FileGone, Gone, Refused, Moved):
            await self._refuse(job, opened, _GONE)
        except Busy as error:
            await evidence.again(self._database, job, int(self._clock.now()), error.seconds)
        except SQLAlchemyError:
            raise
        except Exception as error:  # the platform or the store is away; one file stops no other
            _log.warning("a file could not be copied yet: %s", type(error).__name__)
            await evidence.again(self._database, job, int(self._clock.now()), None)

    async def _make(self, job: EvidenceJob, opened: dict[str, Any]) -> None:
        fetch = self._fetchers.get(opened["channel"])
        if fetch is None:
            raise FileGone
        rebuilt, copy = await self._rebuild(fetch(opened["reference"], EVIDENCE_IN_MAX))
        stored = await self._store.put(pieces(copy))
        result = {
            "object": stored.object,
            "key": stored.key.hex(),
            "kind": rebuilt.kind,
            "suffix": rebuilt.suffix,
            "media_type": rebuilt.media_type,
            "size": stored.size,
            "sha256": stored.sha256,
        }
        if taken := rebuilt.detail.get("taken"):
            result["taken"] = taken
        if not await self._settle(job, opened, READY, result, stored.object):
            await self._store.delete(stored.object)

    async def _refuse(self, job: EvidenceJob, opened: dict[str, Any], reason: str) -> None:
        await self._settle(job, opened, REFUSED, {"reason": reason}, None)

    async def _settle(
        self,
        job: EvidenceJob,
        opened: dict[str, Any],
        state: str,
        result: dict[str, Any],
        name: str | None,
    ) -> bool:
        """Commit the result and tell the chat. False when nobody wants it any more."""
        self._slow.discard(job.id)
        sealed = seal_result(self._ring, job.id, job.day, result)
        async with self._database.begin() as connection:
            wanted = await evidence.settle(connection, job, state, sealed, name)
        if wanted:
            await self._tell(opened, result.get("reason", ""))
        return wanted

    async def _tell(self, opened: dict[str, Any], reason: str) -> None:
        address = Address(opened["channel"], opened["chat"])
        pending = await self._pending(address)
        new = await self._progress.done(address, opened["kind"], reason, pending)
        if new:
            async with self._database.begin() as connection:
                await traces.remember(connection, self._ring, address, [new])

    async def _pending(self, address: Address) -> int:
        """How many files of a chat still wait."""
        waiting = await evidence.waiting(self._database)
        return sum(self._address(job) == address for job in waiting)

    def _address(self, job: EvidenceJob) -> Address | None:
        try:
            opened = open_job(self._ring, job.id, job.day, job.job)
        except (KeyError, SealError):
            return None
        return Address(opened["channel"], opened["chat"])


def uploaded(store: EvidenceStore) -> Fetch:
    """Fetch an upload that lies in the store, sealed; its reference is ``object:key``."""

    async def fetch(reference: str, limit: int) -> AsyncIterator[bytes]:
        name, _, key = reference.partition(":")
        fetched = 0
        try:
            async for part in store.open(name, bytes.fromhex(key)):
                fetched += len(part)
                if fetched > limit:
                    raise FileTooBig
                yield part
        except EvidenceMissing:
            raise FileGone from None

    return fetch

"""Reading cases: what a moderator may see, and what a receipt opens."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.desks.actions import OPEN
from bot.keys.crypto import SealError
from bot.keys.ring import KeyRing
from bot.store import cases, desk_reads, desk_work, moderators
from bot.store.cases import WITHDRAWN as WITHDRAWN
from bot.store.cases import CaseRow as CaseRow
from bot.store.effects import QUESTION, SealedMessage
from bot.store.engine import Database
from bot.store.moderators import Seat
from bot.tips.receipts import ReceiptKeys, open_thread
from bot.tips.sealing import open_at_desk, open_sender, open_with_receipt, reseal

_MERGES_FOLLOWED = 20


@dataclass(frozen=True, slots=True)
class Reply:
    sequence: int
    day: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of a case as its desk reads it; ``direction``: tip, addition, reply, note."""

    sequence: int
    day: str
    direction: str
    content: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Thread:
    """A case as its reporter sees it: status and replies, never what was sent.

    ``leading``: the case that a duplicate was merged into, whose status counts.
    """

    case: CaseRow
    secret: bytes = field(repr=False)
    replies: tuple[Reply, ...] = ()
    additions: int = 0
    leading: CaseRow | None = None


@dataclass(frozen=True, slots=True)
class Quarantine:
    """As `desk_reads.Quarantined`, with what of the page can still be opened."""

    count: int
    complete: int
    start: int
    page: Sequence[tuple[CaseRow, dict[str, Any]]] = field(repr=False)


class Casebook:
    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring

    async def by_id(self, case_id: str) -> CaseRow | None:
        return await cases.case_by_id(self._database, case_id)

    async def by_code(self, code: str) -> CaseRow | None:
        """The case of a code, at whatever desk; capitals and a missing dash do not matter."""
        letters = "".join(filter(str.isalnum, code.upper()))
        return await desk_reads.case_by_code(self._database, f"{letters[:3]}-{letters[3:]}")

    async def newest(self, desk: str, most: int) -> list[tuple[CaseRow, dict[str, Any]]]:
        """The newest cases of a desk that can still be opened."""
        return await self._opened(await desk_reads.newest(self._database, desk, most))

    async def quarantined(self, desk: str, start: int, most: int) -> Quarantine:
        """A page of a desk's quarantine; the first where there is no such page."""
        found = await desk_reads.quarantined(self._database, desk, OPEN, start, most)
        page = await self._opened(found.page)
        return Quarantine(found.count, found.complete, found.start, page)

    async def _opened(
        self, sealed: Sequence[desk_reads.Sealed]
    ) -> list[tuple[CaseRow, dict[str, Any]]]:
        found: list[tuple[CaseRow, dict[str, Any]]] = []
        for case, first in sealed:
            await asyncio.sleep(0)  # there may be hundreds, and others wait
            with suppress(SealError, KeyError):
                content = open_at_desk(self._ring, case.desk, case.id, 0, first.message)
                found.append((case, content))
        return found

    async def leading(self, case: CaseRow) -> CaseRow | None:
        """The case at the end of a chain of merges; None where it is not merged or that is gone."""
        found: CaseRow | None = case
        for _ in range(_MERGES_FOLLOWED):
            if found is None or not found.merged_into:
                break
            found = await self.by_id(found.merged_into)
        return found if found is not case else None

    async def copies(self, case: CaseRow) -> list[str]:
        """The codes of what was merged into a case, oldest first."""
        return await desk_reads.codes_merged_into(self._database, case.id)

    async def next_sequence(self, case_id: str) -> int:
        return await cases.next_sequence(self._database, case_id)

    async def is_enrolled(self, desk: str, moderator: str) -> bool:
        return await moderators.is_enrolled(self._database, desk, moderator)

    async def seat(self, desk: str, moderator: str) -> Seat | None:
        """A moderator's place at a desk."""
        return await moderators.seat(self._database, desk, moderator)

    async def seats_of(self, moderator: str) -> dict[str, Seat]:
        """A moderator's places, by desk."""
        return await desk_reads.seats_of(self._database, moderator)

    async def is_blocked(self, desk: str, tag: bytes | None) -> bool:
        """Whether a desk hears this sender no more today; ``tag`` as in `Incoming.sender_tag`."""
        return tag is not None and await desk_work.is_blocked(self._database, desk, tag)

    def sender_of(self, case: CaseRow) -> bytes | None:
        """The tag of whoever sent a case; None for the web, and once the day's key is gone."""
        if case.sender is None or case.sender_day is None:
            return None
        try:
            day = date.fromisoformat(case.sender_day)
            return open_sender(self._ring, day, case.id, case.sender)
        except (SealError, KeyError):
            return None

    async def attended_among(self, desks: Collection[str]) -> set[str]:
        """Which of these desks have an enrolled moderator."""
        return {desk for desk, _ in await moderators.enrolled(self._database)} & set(desks)

    async def invitation(self, code_hash: bytes, now: int) -> tuple[str, str] | None:
        """The desk and role of an invitation that still holds."""
        return await moderators.invitation(self._database, code_hash, now)

    async def content(self, case: CaseRow) -> dict[str, Any] | None:
        """The tip as its desk may read it; None when its key or its row is gone."""
        messages = await cases.messages_of(self._database, case.id)
        first = next((m for m in messages if m.sequence == 0), None)
        if first is None:
            return None
        try:
            return open_at_desk(self._ring, case.desk, case.id, 0, first.message)
        except (SealError, KeyError):
            return None

    async def entries(self, case: CaseRow) -> list[Entry]:
        """Every message of a case that its desk can still open, oldest first."""
        found: list[Entry] = []
        for stored in await cases.messages_of(self._database, case.id):
            try:
                content = open_at_desk(
                    self._ring, case.desk, case.id, stored.sequence, stored.message
                )
            except (SealError, KeyError):
                continue
            direction = stored.message.direction
            found.append(Entry(stored.sequence, stored.day, direction, content))
        return found

    async def resealed(
        self, case: CaseRow, to_desk: str
    ) -> tuple[tuple[int, SealedMessage], ...] | None:
        """Every message sealed for another desk; None when one can no longer be opened."""
        try:
            return tuple(
                (m.sequence, reseal(self._ring, case, to_desk, m.sequence, m.message))
                for m in await cases.messages_of(self._database, case.id)
            )
        except (SealError, KeyError):
            return None

    async def questions(self) -> list[tuple[str, str, str]]:
        """What was asked of curators: code, day and text of every case that lives, oldest first."""
        asked = await cases.cases_of_kind(self._database, QUESTION)
        opened = [(case, await self.content(case)) for case in asked if case.status != WITHDRAWN]
        return [(case.code, case.opened, found["text"]) for case, found in opened if found]

    async def thread_of(self, keys: ReceiptKeys) -> Thread | None:
        """What a receipt opens, or None."""
        found = await cases.receipt_by_lookup(self._database, keys.lookup)
        if found is None:
            return None
        case_id, sealed = found
        try:
            secret = open_thread(keys, sealed)
        except SealError:
            return None
        return await self.thread(case_id, secret)

    async def thread(self, case_id: str, secret: bytes) -> Thread | None:
        """A thread that was opened before, read anew."""
        case = await self.by_id(case_id)
        if case is None:
            return None
        messages = await cases.messages_of(self._database, case_id)
        replies = tuple(
            Reply(
                m.sequence,
                m.day,
                open_with_receipt(secret, case_id, m.sequence, m.message)["text"],
            )
            for m in messages
            if m.message.direction == "reply" and m.message.key_for_thread
        )
        additions = sum(m.message.direction == "addition" for m in messages)
        return Thread(case, secret, replies, additions, await self.leading(case))

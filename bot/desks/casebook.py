"""Reading cases: what a moderator may see, and what a receipt opens."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from bot.keys.crypto import SealError
from bot.keys.ring import KeyRing
from bot.store import cases, moderators
from bot.store.cases import WITHDRAWN as WITHDRAWN
from bot.store.cases import CaseRow as CaseRow
from bot.store.effects import QUESTION
from bot.store.engine import Database
from bot.tips.receipts import ReceiptKeys, open_thread
from bot.tips.sealing import open_at_desk, open_with_receipt


@dataclass(frozen=True, slots=True)
class Reply:
    sequence: int
    day: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Thread:
    """A case as its reporter sees it: status and replies, never what was sent."""

    case: CaseRow
    secret: bytes = field(repr=False)
    replies: tuple[Reply, ...] = ()
    additions: int = 0


class Casebook:
    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring

    async def by_id(self, case_id: str) -> CaseRow | None:
        return await cases.case_by_id(self._database, case_id)

    async def next_sequence(self, case_id: str) -> int:
        return await cases.next_sequence(self._database, case_id)

    async def is_enrolled(self, desk: str, moderator: str) -> bool:
        return await moderators.is_enrolled(self._database, desk, moderator)

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
        return Thread(case, secret, replies, additions)

"""How many messages went out and what became of them, by day; and the caps on them.

Counts are written at most once a minute; a crash loses a minute of counting. Who wrote how much
is known in memory only, under the tag of the day.
"""

import re
import time
from collections import Counter
from collections.abc import Mapping
from enum import Enum

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.limits import (
    WHATSAPP_COUNTS_EVERY,
    WHATSAPP_DAILY_MESSAGES,
    WHATSAPP_DAILY_REPLIES,
)
from bot.store import provider
from bot.store.engine import Database

SENT = "whatsapp.sent"
_STATUSES = {
    *("accepted", "scheduled", "queued", "sending", "sent", "delivered", "read"),
    *("undelivered", "failed", "receiving", "received", "canceled", "partially_delivered"),
}
_CODE = re.compile(r"\d{5}")
_TELLING = WHATSAPP_DAILY_MESSAGES // 10  # how many may still be told that the day's cap is reached


class Counts:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._new: dict[str, Counter[str]] = {}
        self._stored: Mapping[str, int] = {}
        self._stored_day = ""
        self._next = 0.0

    def add(self, name: str) -> None:
        self._new.setdefault(str(self._clock.today()), Counter())[name] += 1

    def add_status(self, status: str, code: str) -> None:
        """What Twilio reports about a message of ours; anything unknown is not counted."""
        if status in _STATUSES:
            self.add(f"whatsapp.status.{status}")
        if _CODE.fullmatch(code):
            self.add(f"whatsapp.error.{code}")

    def today(self, name: str) -> int:
        """All processes together, except for the others' last minute."""
        day = str(self._clock.today())
        stored = self._stored.get(name, 0) if self._stored_day == day else 0
        return stored + self._new.get(day, Counter())[name]

    async def settle(self, *, now: bool = False) -> None:
        """Write what is new and read what is there, if it is time. Raises SQLAlchemyError."""
        if not now and time.monotonic() < self._next:
            return
        self._next = time.monotonic() + WHATSAPP_COUNTS_EVERY
        await self._write()
        day = str(self._clock.today())
        self._stored, self._stored_day = await provider.counts_of(self._database, day), day

    async def _write(self) -> None:
        for day in list(self._new):
            counts = self._new.pop(day)
            try:
                await provider.add_counts(self._database, day, counts)
            except (SQLAlchemyError, OSError):
                self._new.setdefault(day, Counter()).update(counts)
                raise


class Admission(Enum):
    WELCOME = "welcome"
    TELL = "tell"  # say once a day that there are other ways
    SILENT = "silent"


class Allowance:
    """Caps looked at before a message is handled: what is begun is answered in full."""

    def __init__(self, counts: Counts, clock: Clock) -> None:
        self._counts = counts
        self._clock = clock
        self._day = ""
        self._replies: Counter[bytes] = Counter()
        self._told: set[bytes] = set()

    def admit(self, tag: bytes) -> Admission:
        self._turn_day()
        total = self._counts.today(SENT)
        if total < WHATSAPP_DAILY_MESSAGES and self._replies[tag] < WHATSAPP_DAILY_REPLIES:
            return Admission.WELCOME
        if tag in self._told or total >= WHATSAPP_DAILY_MESSAGES + _TELLING:
            return Admission.SILENT
        self._told.add(tag)
        return Admission.TELL

    def spent(self, tag: bytes, messages: int) -> None:
        self._turn_day()
        self._replies[tag] += messages

    def _turn_day(self) -> None:
        day = str(self._clock.today())
        if day != self._day:
            self._day, self._replies, self._told = day, Counter(), set()

"""The time, as something that tests can set."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.limits import ZONE


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since 1970."""
        ...

    def today(self) -> date:
        """The day in western Indonesian time."""
        ...


class SystemClock:
    def now(self) -> float:
        return time.time()

    def today(self) -> date:
        return datetime.now(ZONE).date()


@dataclass
class SetClock:
    """A clock that stands still until it is moved; for tests and drills."""

    seconds: float = 1_795_000_000.0

    def now(self) -> float:
        return self.seconds

    def today(self) -> date:
        return datetime.fromtimestamp(self.seconds, ZONE).date()

    def forward(self, *, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        self.seconds += 60 * minutes + 3600 * hours + 86400 * days


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until it is time to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)

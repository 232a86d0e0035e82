"""The watch: looks at the service once a minute, sets the gauges, and tells the operator."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.chat.delivery_errors import DeliveryError
from bot.chat.messages import Outgoing
from bot.clock import Clock, pause
from bot.disk import free_bytes
from bot.errors import OperatorError
from bot.keys.ring import KeyRing
from bot.limits import DISK_FREE_MIN, GAUGES_EVERY, WATCH_EVERY, WATCH_LEASE
from bot.store import backlog
from bot.store.engine import Database
from bot.watch.backlog import Backlog, Late
from bot.watch.metrics import Metrics
from bot.watch.notices import Notices, State

_log = logging.getLogger(__name__)

Tell = Callable[[Outgoing], Awaitable[object]]
"""Sends to ``OPS_CHAT``. Raises `DeliveryError`."""


class Watch:
    """``folder`` is where the data lie; ``tell`` is None without ``OPS_CHAT``."""

    def __init__(
        self,
        database: Database,
        ring: KeyRing,
        clock: Clock,
        metrics: Metrics,
        notices: Notices,
        tell: Tell | None,
        folder: Path | None,
    ) -> None:
        self._database = database
        self._ring = ring
        self._clock = clock
        self._metrics = metrics
        self._notices = notices
        self._tell = tell
        self._folder = folder
        self._backlog = Backlog()
        self._desks: dict[str, Late] = {}
        self._name = secrets.token_hex(8)
        self._holds = False
        self._gauges_at = 0

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self.look()
            await pause(stop, WATCH_EVERY)
        await self._leave()

    async def _leave(self) -> None:
        if self._holds:
            try:
                await backlog.leave_watch(self._database, self._name)
            except (SQLAlchemyError, OSError) as error:
                _log.warning("the watch is held a little longer: %s", type(error).__name__)

    async def look(self) -> None:
        """Look once. Never raises for anything that an outage explains."""
        now = int(self._clock.now())
        broken = {part for part, answers in (await self._parts(now)).items() if not answers}
        if self._tell and self._holds:
            await self._say(State(frozenset(broken), self._desks), now)

    async def _parts(self, now: int) -> dict[str, bool]:
        answers = {"database": await self._read(now), "keys": await self._keys_answer()}
        if self._folder:
            free = await _free(self._folder)
            self._metrics.disk(free)
            answers["disk"] = free >= DISK_FREE_MIN
        for part, well in answers.items():
            self._metrics.up(part, well)
        return answers

    async def _read(self, now: int) -> bool:
        """Read the backlog; False when the database does not answer."""
        try:
            self._holds = await backlog.hold_watch(self._database, self._name, now, WATCH_LEASE)
            self._desks = self._backlog.look(await backlog.waiting(self._database, now), now)
            if now - self._gauges_at >= GAUGES_EVERY:
                await self._set_gauges(now)
        except (SQLAlchemyError, OSError) as error:
            _log.warning("the watch cannot read: %s", type(error).__name__)
            return False
        return True

    async def _set_gauges(self, now: int) -> None:
        yesterday = self._clock.today() - timedelta(days=1)
        self._metrics.backlog(self._desks)
        self._metrics.tips_of_yesterday(await backlog.tips_of_day(self._database, str(yesterday)))
        self._gauges_at = now

    async def _keys_answer(self) -> bool:
        try:
            await asyncio.to_thread(self._ring.names)
        except (OperatorError, OSError):
            return False
        return True

    async def _say(self, state: State, now: int) -> None:
        notice = self._notices.due(state, now)
        if notice is None or self._tell is None:
            return
        try:
            await self._tell(notice)
        except (DeliveryError, OSError) as error:
            _log.warning("the operator could not be told: %s", type(error).__name__)
            return  # said at the next look
        self._notices.sent(state, now)


async def _free(folder: Path) -> int:
    """Free bytes; 0 for a disk that does not answer."""
    try:
        return await asyncio.to_thread(free_bytes, folder)
    except OSError:
        return 0

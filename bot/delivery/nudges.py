"""Opt-in notices: one neutral sentence to whoever asked for it, once there is something to read.

The address is sealed under the key of its week and erased with the notice: after it was sent, when
it cannot be delivered, or when its time is over.
"""

import asyncio
import logging
import secrets
from collections.abc import Mapping

from sqlalchemy.exc import SQLAlchemyError

from bot.chat.addressed import open_nudge
from bot.chat.delivery_errors import Busy, Unreachable
from bot.chat.messages import Address, Outgoing
from bot.clock import Clock, pause
from bot.delivery.evidence_progress import Tell
from bot.keys.crypto import SealError
from bot.keys.ring import KeyRing
from bot.limits import LEASE, NUDGE_TRIES, NUDGE_WAIT, RETRY_FIRST, RETRY_LONGEST
from bot.store import nudges
from bot.store.engine import Database
from bot.store.nudges import UNPLANNED, Nudge

_log = logging.getLogger(__name__)
_EVERY = 15.0


class Nudger:
    """Sends what is due. ``tells``: how to write to a chat, by channel."""

    def __init__(
        self,
        database: Database,
        ring: KeyRing,
        tells: Mapping[str, Tell],
        notice: Outgoing,
        clock: Clock,
    ) -> None:
        self._database = database
        self._ring = ring
        self._tells = tells
        self._notice = notice
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self.step()
            except (SQLAlchemyError, OSError) as error:
                _log.warning("database unavailable: %s", type(error).__name__)
            await pause(stop, _EVERY)

    async def step(self) -> int:
        """Handle every notice that is due; returns how many were sent."""
        sent = 0
        for nudge in await nudges.due(self._database, int(self._clock.now())):
            if nudge.due == UNPLANNED:
                await nudges.plan(self._database, nudge, self._moment())
            else:
                sent += await self._send(nudge)
        return sent

    def _moment(self) -> int:
        """A while after the reply, so that nobody can match the one with the other."""
        shortest, longest = NUDGE_WAIT
        return int(self._clock.now()) + shortest + secrets.randbelow(longest - shortest + 1)

    async def _send(self, nudge: Nudge) -> bool:
        if not await nudges.plan(self._database, nudge, int(self._clock.now()) + LEASE):
            return False
        address = self._address(nudge)
        tell = self._tells.get(address.channel) if address else None
        if address is None or tell is None:
            await nudges.forget(self._database, [nudge.id])
            return False
        try:
            await tell(address.chat, self._notice, None)
        except SQLAlchemyError:
            raise
        except Exception as error:  # one notice stops no other
            await self._failed(nudge, error)
            return False
        await nudges.forget(self._database, [nudge.id])
        return True

    def _address(self, nudge: Nudge) -> Address | None:
        try:
            return open_nudge(self._ring, nudge.id, nudge.week, nudge.body)
        except (KeyError, SealError):
            return None

    async def _failed(self, nudge: Nudge, error: Exception) -> None:
        """Try again later where that may help; else the address is erased."""
        _log.warning("a notice could not be sent: %s", type(error).__name__)
        may_help = isinstance(error, Busy | Unreachable | OSError) and nudge.tries < NUDGE_TRIES
        if not may_help:
            await nudges.forget(self._database, [nudge.id])
            return
        wait = error.seconds if isinstance(error, Busy) else RETRY_FIRST * 4**nudge.tries
        at = int(self._clock.now() + min(max(wait, 1), RETRY_LONGEST))
        await nudges.again(self._database, nudge, at)

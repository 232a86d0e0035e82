"""Deleting at Twilio what went through it: both sides of every chat, with their media.

The ids wait in a list of their own, sealed under the trace key of the day and sealed anew at
every try, so a copy of the database opens nothing; after fourteen days we give up.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.exc import SQLAlchemyError
from twilio.rest import Client

from bot.channels.whatsapp.calls import GONE_STATUS, call
from bot.chat.delivery_errors import DeliveryError, Refused
from bot.clock import Clock
from bot.keys.crypto import SealError, seal, subkey, unseal
from bot.keys.ring import KeyRing
from bot.limits import (
    WHATSAPP_CLEAN_EVERY,
    WHATSAPP_CLEAN_LOT,
    WHATSAPP_RECORD_DAYS,
    WHATSAPP_RECORD_LONGEST,
    WHATSAPP_RECORD_WAIT,
)
from bot.store import provider
from bot.store.engine import Database
from bot.store.provider import Record

_LEASE = 300
_MINUTE = 60  # due times are full minutes: they tell less about when somebody wrote
_PURPOSE = "provider records"
_log = logging.getLogger(__name__)


class Records:
    def __init__(self, database: Database, ring: KeyRing, clock: Clock, client: Client) -> None:
        self._database = database
        self._ring = ring
        self._clock = clock
        self._client = client

    async def remember(self, sids: Sequence[str], wait: float) -> None:
        """Have these messages deleted after ``wait`` seconds."""
        if not sids:
            return
        today = self._clock.today()
        sealed = self._sealed(sids, today)
        record = Record(str(today), str(today), self._due(wait), sealed)
        await provider.keep(self._database, record)

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self.step()
            except (SQLAlchemyError, OSError) as error:
                _log.warning("Deleting at Twilio postponed: %s", type(error).__name__)
            try:
                await asyncio.wait_for(stop.wait(), WHATSAPP_CLEAN_EVERY)
            except TimeoutError:
                continue

    async def step(self) -> None:
        """Delete what is due, and give up on what is too old."""
        oldest = self._clock.today() - timedelta(days=WHATSAPP_RECORD_DAYS)
        if lost := await provider.expire(self._database, str(oldest)):
            _log.warning("Given up deleting %d records at Twilio", lost)
        now = int(self._clock.now())
        for record in await provider.claim(self._database, now, now + _LEASE, WHATSAPP_CLEAN_LOT):
            await self._clean(record)

    async def _clean(self, record: Record) -> None:
        sids = self._opened(record)
        left = [sid for sid in sids if not await self._deleted(sid)]
        if not left:
            await provider.drop(self._database, record)
            return
        today = self._clock.today()
        wait = min(WHATSAPP_RECORD_LONGEST, WHATSAPP_RECORD_WAIT * 2 ** min(record.tries, 10))
        await provider.put_off(
            self._database, record, str(today), self._due(wait), self._sealed(left, today)
        )

    async def _deleted(self, sid: str) -> bool:
        """Whether the message is gone, with its media; not there any more is as good."""
        try:
            await call(lambda: self._client.messages(sid).delete_async())
        except Refused as error:
            return error.reason == GONE_STATUS
        except DeliveryError:
            return False
        return True

    def _opened(self, record: Record) -> list[str]:
        """The ids; none once the key has died, which happens if the service stood still a day."""
        key = self._ring.trace_key(date.fromisoformat(record.day))
        try:
            found = unseal(subkey(key, _PURPOSE), record.body, _PURPOSE) if key else None
        except SealError:
            found = None
        if found is None:
            _log.warning("A list of records at Twilio can no longer be opened")
            return []
        return [str(sid) for sid in json.loads(found)]

    def _sealed(self, sids: Sequence[str], day: date) -> bytes:
        key = self._ring.trace_key(day)
        if key is None:
            raise KeyError(f"trace key of {day} is destroyed")
        return seal(subkey(key, _PURPOSE), json.dumps(list(sids)).encode(), _PURPOSE)

    def _due(self, wait: float) -> int:
        return -(-int(self._clock.now() + wait) // _MINUTE) * _MINUTE

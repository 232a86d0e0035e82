"""Deleting at Twilio what went through it: both sides of every chat, with their media.

The ids wait in a list of their own, sealed under a key of the day that dies with the list, so a
copy of the database opens nothing; after fourteen days the sweep gives up.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from datetime import date

from sqlalchemy.exc import SQLAlchemyError
from twilio.rest import Client

from bot.channels.whatsapp.calls import GONE_STATUS, call
from bot.chat.delivery_errors import DeliveryError, Refused
from bot.clock import Clock, pause
from bot.keys.crypto import SealError, seal, subkey, unseal
from bot.keys.ring import KeyRing
from bot.limits import (
    WHATSAPP_CLEAN_EVERY,
    WHATSAPP_CLEAN_LOT,
    WHATSAPP_RECORD_LONGEST,
    WHATSAPP_RECORD_WAIT,
)
from bot.store import provider
from bot.store.engine import Database
from bot.store.provider import Record
from bot.store.together import Together

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
        self._new: Together[tuple[int, Sequence[str]]] = Together(self._write)

    async def remember(self, sids: Sequence[str], wait: float) -> None:
        """Have these messages deleted after ``wait`` seconds."""
        if sids:
            await self._new.add((self._due(wait), sids))

    async def _write(self, new: Sequence[tuple[int, Sequence[str]]]) -> None:
        """One record for all that is due at the same time."""
        day = self._clock.today()
        by_time: dict[int, list[str]] = {}
        for due, sids in new:
            by_time.setdefault(due, []).extend(sids)
        records = [
            Record(str(day), str(day), due, self._sealed(sids, day))
            for due, sids in by_time.items()
        ]
        await provider.keep(self._database, records)

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self.step()
            except (SQLAlchemyError, OSError) as error:
                _log.warning("Deleting at Twilio postponed: %s", type(error).__name__)
            await pause(stop, WHATSAPP_CLEAN_EVERY)

    async def step(self) -> None:
        """Delete what is due."""
        now = int(self._clock.now())
        for record in await provider.claim(self._database, now, now + _LEASE, WHATSAPP_CLEAN_LOT):
            await self._clean(record)

    async def _clean(self, record: Record) -> None:
        sids = self._opened(record)
        left = [sid for sid in sids if not await self._deleted(sid)]
        if not left:
            await provider.drop(self._database, record)
            return
        wait = min(WHATSAPP_RECORD_LONGEST, WHATSAPP_RECORD_WAIT * 2 ** min(record.tries, 10))
        sealed = self._sealed(left, date.fromisoformat(record.day))
        await provider.put_off(self._database, record, self._due(wait), sealed)

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
        """The ids; none once the key has died."""
        key = self._ring.provider_key(date.fromisoformat(record.day))
        try:
            found = unseal(subkey(key, _PURPOSE), record.body, _PURPOSE) if key else None
        except SealError:
            found = None
        if found is None:
            _log.warning("A list of records at Twilio can no longer be opened")
            return []
        return [str(sid) for sid in json.loads(found)]

    def _sealed(self, sids: Sequence[str], day: date) -> bytes:
        key = self._ring.provider_key(day)
        if key is None:
            raise KeyError(f"provider key of {day} is destroyed")
        return seal(subkey(key, _PURPOSE), json.dumps(list(sids)).encode(), _PURPOSE)

    def _due(self, wait: float) -> int:
        return -(-int(self._clock.now() + wait) // _MINUTE) * _MINUTE

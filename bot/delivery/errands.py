"""Errands: what one moderator asked for is brought to him in private, and removed again in time.

Each message that arrived is written down with the time of its removal before the next one is sent,
so nothing that was opened stays open because a worker died.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from bot.chat.delivery_errors import Gone, Moved, Refused
from bot.chat.messages import File, Outgoing
from bot.clock import Clock
from bot.delivery.steadily import steadily
from bot.limits import EXPORT_KEPT, OPENED_FOR
from bot.store import errands
from bot.store.engine import Database
from bot.store.errands import REMOVE, Claimed
from bot.tips.evidence.storage import StoredFile

_LASTING = {"open": OPENED_FOR}
_log = logging.getLogger(__name__)

Messages = Callable[[str, str, str, str], AsyncIterator[Outgoing]]
"""The messages of an errand, by its kind, case, desk and channel."""


class Courier(Protocol):
    """The way to one moderator on one channel. Raises the delivery errors and OSError."""

    @property
    def keeps(self) -> int | None:
        """How many seconds anything stays there, None for as long as the moderator likes."""
        ...

    async def bring(self, to: Claimed, message: Outgoing, until: int | None) -> tuple[str, str]:
        """Returns the id of the message, and the stored file that goes with it or nothing."""
        ...

    async def remove(self, to: Claimed, message: str) -> None: ...


class PrivateChat:
    """A moderator's own chat with the bot, named as he is."""

    keeps: int | None = None

    def __init__(
        self,
        send: Callable[[str, Outgoing], Awaitable[str]],
        erase: Callable[[str, str], Awaitable[None]],
    ) -> None:
        self._send = send
        self._erase = erase

    async def bring(self, to: Claimed, message: Outgoing, _until: int | None) -> tuple[str, str]:
        return await self._send(to.moderator, message), ""

    async def remove(self, to: Claimed, message: str) -> None:
        await self._erase(to.moderator, message)


class RoomPost(Protocol):
    """Posts into a web room for one moderator; ``until`` ends it."""

    async def __call__(
        self, desk: str, message: Outgoing, case_id: str | None, to: str, until: int | None, /
    ) -> str: ...


class OwnPage:
    """A moderator's own view of the web room; files that were made lie sealed in the store."""

    keeps: int | None = EXPORT_KEPT

    def __init__(
        self,
        post: RoomPost,
        remove: Callable[[str, str], Awaitable[None]],
        put: Callable[[AsyncIterator[bytes]], Awaitable[StoredFile]],
    ) -> None:
        self._post = post
        self._remove = remove
        self._put = put

    async def bring(self, to: Claimed, message: Outgoing, until: int | None) -> tuple[str, str]:
        kept = [await self._kept(file) for file in message.files]
        made = [n.kept[0] for n in kept if n.kept and n not in message.files]
        message = replace(message, files=tuple(kept))
        posted = await self._post(to.desk, message, to.case_id or None, to.moderator, until)
        return posted, next(iter(made), "")

    async def remove(self, to: Claimed, message: str) -> None:
        await self._remove(to.desk, message)

    async def _kept(self, file: File) -> File:
        if file.kept:
            return file
        stored = await self._put(_whole(file.content))
        return File(file.name, b"", (stored.object, stored.key.hex()))


class Errands:
    def __init__(
        self,
        database: Database,
        messages: Messages,
        couriers: dict[str, Courier],
        clock: Clock,
    ) -> None:
        self._database = database
        self._messages = messages
        self._couriers = couriers
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        """One errand after the other until told to stop."""
        await steadily(self.step, stop)

    async def step(self) -> bool:
        """Do one errand; False when none was due."""
        errand = await errands.claim(self._database, self._now())
        if errand is None:
            return False
        try:
            await self._do(errand)
        except (Gone, Refused, Moved) as error:
            _log.warning("an errand is useless: %s", type(error).__name__)
            await errands.done(self._database, errand)
        except SQLAlchemyError:
            raise
        except Exception as error:  # the platform is away; and one errand stops no other
            _log.warning("an errand waits: %s", type(error).__name__)
            await errands.later(self._database, errand, self._now())
        return True

    async def _do(self, errand: Claimed) -> None:
        courier = self._couriers.get(errand.channel)
        if courier is None:
            raise Gone
        if errand.kind == REMOVE:
            await courier.remove(errand, errand.message or "")
        else:
            await self._bring(errand, courier)
        await errands.done(self._database, errand)

    async def _bring(self, errand: Claimed, courier: Courier) -> None:
        """Message by message; those that arrived before a restart are not sent again."""
        lasting = _LASTING.get(errand.kind, courier.keeps)
        number = 0
        asked = (errand.kind, errand.case_id, errand.desk, errand.channel)
        async for message in self._messages(*asked):
            number += 1
            if number <= errand.sent:
                continue
            until = None if lasting is None else self._now() + lasting
            sent, stored = await courier.bring(errand, message, until)
            await errands.arrived(self._database, errand, sent, until, stored or None)

    def _now(self) -> int:
        return int(self._clock.now())


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content

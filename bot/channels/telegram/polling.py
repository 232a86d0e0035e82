"""Updates without a public address: ask for them, handle them, and only then confirm them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from telegram import Bot
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.channels.order import Order
from bot.channels.telegram.calls import unparsed
from bot.channels.telegram.limits import (
    ALLOWED_UPDATES,
    BACKOFF_FIRST,
    BACKOFF_LONGEST,
    POLL_HELD_WAIT,
    POLL_WAIT,
)
from bot.channels.telegram.request import TooFast
from bot.channels.telegram.updates import Malformed, TryLater, chat_key
from bot.errors import OperatorError

Handle = Callable[[Any], Awaitable[None]]
_log = logging.getLogger(__name__)


async def poll(bot: Bot, handle: Handle, stop: asyncio.Event) -> None:
    """Until ``stop``; then finish what is held. Raises OperatorError for a token that is wrong."""
    await _Poller(bot, handle, stop).run()


class _Poller:
    """``_next`` is the first update that was not fetched yet; ``_held`` what is being handled."""

    def __init__(self, bot: Bot, handle: Handle, stop: asyncio.Event) -> None:
        self._bot = bot
        self._handle = handle
        self._stop = stop
        self._next = 0
        self._unfinished: set[int] = set()
        self._held: dict[int, asyncio.Task[None]] = {}
        self._order = Order()

    async def run(self) -> None:
        pause = BACKOFF_FIRST
        try:
            while not self._stop.is_set():
                try:
                    await self._round()
                    pause = BACKOFF_FIRST
                except (TelegramError, TypeError, KeyError) as error:
                    pause = await self._back_off(error, pause)
        finally:
            await self._finish()

    async def _round(self) -> None:
        updates = await self._unless_stopped(self._fetch(0 if self._held else POLL_WAIT))
        for update in updates or ():
            self._take(update)
        if self._held:
            await asyncio.wait(self._held.values(), timeout=POLL_HELD_WAIT)

    async def _fetch(self, wait: int, limit: int = 100) -> list[Any]:
        """Unparsed, so that one bad update does not spoil the rest."""
        parameters = {
            "offset": min(self._unfinished, default=self._next),
            "limit": limit,
            "timeout": wait,
            "allowed_updates": ALLOWED_UPDATES,
        }
        found = await unparsed(self._bot, "getUpdates", parameters, longer=wait)
        return list(found)

    def _take(self, update: Any) -> None:
        id_ = int(update["update_id"])
        if id_ < self._next:
            return  # fetched before, and still in hand
        self._next = id_ + 1
        self._unfinished.add(id_)
        task = asyncio.create_task(self._finish_one(id_, update))
        self._held[id_] = task
        task.add_done_callback(lambda _: self._held.pop(id_))

    async def _finish_one(self, id_: int, update: Any) -> None:
        """Handle an update in its chat's turn; unfinished it stays unconfirmed."""
        async with self._order.turn(chat_key(update)):
            if await self._handled(update):
                self._unfinished.discard(id_)

    async def _handled(self, update: Any) -> bool:
        """Again and again if need be; False when the stop came first."""
        pause = BACKOFF_FIRST
        while not self._stop.is_set():
            try:
                await self._handle(update)
            except TryLater as later:
                await self._sleep(max(pause, later.seconds))
                pause = min(2 * pause, BACKOFF_LONGEST)
            except Malformed:
                return True
            else:
                return True
        return False

    async def _back_off(self, error: Exception, pause: float) -> float:
        if isinstance(error, InvalidToken):
            raise OperatorError(
                "Telegram menolak TELEGRAM_BOT_TOKEN. Salin lagi tokennya dari BotFather."
            ) from None
        if isinstance(error, Conflict):
            _log.error(
                "Telegram: proses lain memakai bot ini, atau webhook masih terpasang. "
                "Hentikan proses itu, atau jalankan doctor --apply."
            )
        else:
            _log.warning("Telegram tidak terjangkau (%s); dicoba lagi.", type(error).__name__)
        asked = error.seconds if isinstance(error, TooFast) else 0.0
        await self._sleep(max(pause, asked))
        return min(2 * pause, BACKOFF_LONGEST)

    async def _sleep(self, seconds: float) -> None:
        """Sleep, but not longer than until the stop."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    async def _unless_stopped(self, fetch: Any) -> list[Any] | None:
        """What was fetched, or None when the stop came first."""
        fetching = asyncio.ensure_future(fetch)
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({fetching, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            if not fetching.done():
                fetching.cancel()
        return fetching.result() if fetching.done() and not fetching.cancelled() else None

    async def _finish(self) -> None:
        """Let everything in hand end, then confirm what was handled, so that it stays handled."""
        await asyncio.gather(*self._held.values(), return_exceptions=True)
        if self._next:
            with suppress(TelegramError):
                await self._fetch(0, limit=1)

"""What every job of the worker's process does: one step after the other, whatever is away."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import pause
from bot.limits import POLL_INTERVAL

_log = logging.getLogger(__name__)


async def steadily(step: Callable[[], Awaitable[bool]], stop: asyncio.Event) -> None:
    """Repeat ``step`` until told to stop; what is in hand is finished first.

    A step says whether there was anything to do; after one without work, or one that failed for
    want of the database or a store, there is a pause.
    """
    while not stop.is_set():
        try:
            busy = await step()
        except (SQLAlchemyError, OSError) as error:
            _log.warning("postponed: %s", type(error).__name__)
            busy = False
        if not busy:
            await pause(stop, POLL_INTERVAL)

"""Keeping what was counted in memory: once an hour, and once more when the service closes."""

import asyncio
import logging
from collections import Counter
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from bot.store import usage
from bot.store.engine import Database

_log = logging.getLogger(__name__)
_EVERY = 3600


class Counted(Protocol):
    """Counts in memory: by (topic, day) and by (candidate, zone, version, day)."""

    def take(self) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str, str, str]]]: ...

    def give_back(
        self, shown: Counter[tuple[str, str]], matched: Counter[tuple[str, str, str, str]]
    ) -> None: ...


async def flush(database: Database, counted: Counted) -> None:
    """Write the counts; those that could not be written wait for the next time."""
    shown, matched = counted.take()
    if not (shown or matched):
        return
    try:
        await usage.add(database, shown, matched)
    except (SQLAlchemyError, OSError) as error:
        counted.give_back(shown, matched)
        _log.warning("counts postponed: %s", type(error).__name__)


async def run(database: Database, counted: Counted, stop: asyncio.Event) -> None:
    """Flush once an hour; the last time is up to whoever closes the database."""
    while not stop.is_set():
        try:
            await asyncio.wait_for(stop.wait(), _EVERY)
        except TimeoutError:
            await flush(database, counted)

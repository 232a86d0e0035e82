"""Retention: once an hour, destroy the keys and rows whose time has come."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.keys.ring import KeyRing
from bot.store import retention
from bot.store.engine import Database

_log = logging.getLogger(__name__)
_EVERY = 3600


async def sweep(database: Database, ring: KeyRing, clock: Clock) -> None:
    """Erase what is due: first keys of dead days, then rows, then months nobody needs."""
    ring.destroy_old_days()
    alive = [str(day) for day in ring.days()]
    await retention.expire(database, alive, str(clock.today()))
    ring.destroy_months(await retention.months_in_use(database))


async def run(database: Database, ring: KeyRing, clock: Clock, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await sweep(database, ring, clock)
        except (SQLAlchemyError, OSError) as error:
            _log.warning("retention postponed: %s", type(error).__name__)
        try:
            await asyncio.wait_for(stop.wait(), _EVERY)
        except TimeoutError:
            continue

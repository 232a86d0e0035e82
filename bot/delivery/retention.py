"""Retention: once an hour, destroy the keys and rows whose time has come."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.chat.delivery_errors import DeliveryError, Gone
from bot.clock import Clock
from bot.keys.ring import KeyRing
from bot.limits import BODY_DAYS_AT_MOST
from bot.store import nudges, retention
from bot.store.engine import Database

_log = logging.getLogger(__name__)
_EVERY = 3600


Erase = Callable[[str, str], Awaitable[None]]
"""Erase one message at a desk (by the desk's id). Raises `DeliveryError`."""


async def sweep(
    database: Database, ring: KeyRing, clock: Clock, erase: Erase | None = None
) -> None:
    """Erase what is due: keys of dead days, cards at desks, rows, then months nobody needs.

    A case whose card cannot be erased now keeps its rows until the next time.
    """
    ring.destroy_old_days()
    alive = [str(day) for day in ring.days()]
    oldest = clock.today() - timedelta(days=BODY_DAYS_AT_MOST)
    today = str(clock.today())
    late = await _erase_cards(database, today, erase) if erase else set()
    await retention.expire(database, alive, today, str(oldest), int(clock.now()), postponed=late)
    ring.destroy_months(await retention.months_in_use(database))
    ring.destroy_weeks(await nudges.weeks_in_use(database))


async def _erase_cards(database: Database, today: str, erase: Erase) -> set[str]:
    """Erase the cards of every case that expires; returns the cases where a desk was away."""
    late = set()
    for case_id in await retention.expiring(database, today):
        try:
            for desk, message in await retention.desk_messages_of(database, case_id):
                await erase(desk, message)
        except Gone:
            continue  # the desk is no more, and its messages are out of our reach
        except DeliveryError as error:
            _log.warning("a card could not be erased yet: %s", type(error).__name__)
            late.add(case_id)
    return late


async def run(
    database: Database,
    ring: KeyRing,
    clock: Clock,
    stop: asyncio.Event,
    erase: Erase | None = None,
) -> None:
    while not stop.is_set():
        try:
            await sweep(database, ring, clock, erase)
        except (SQLAlchemyError, OSError) as error:
            _log.warning("retention postponed: %s", type(error).__name__)
        try:
            await asyncio.wait_for(stop.wait(), _EVERY)
        except TimeoutError:
            continue

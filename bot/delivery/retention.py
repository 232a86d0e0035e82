"""Retention: once an hour, destroy the keys and rows whose time has come."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.chat.delivery_errors import DeliveryError, Gone
from bot.clock import Clock
from bot.delivery import evidence_sweep
from bot.delivery.evidence_sweep import Objects
from bot.keys.ring import KeyRing
from bot.limits import BODY_DAYS_AT_MOST, WHATSAPP_RECORD_DAYS
from bot.store import nudges, provider, retention
from bot.store.engine import Database

_log = logging.getLogger(__name__)
_EVERY = 3600


Erase = Callable[[str, str], Awaitable[None]]
"""Erase one message at a desk (by the desk's id). Raises `DeliveryError`."""


async def sweep(
    database: Database,
    ring: KeyRing,
    clock: Clock,
    erase: Erase | None = None,
    store: Objects | None = None,
) -> None:
    """Erase what is due: keys of dead days, cards at desks, rows, files, months nobody needs.

    A case whose card cannot be erased now keeps its rows until the next time; files are deleted
    once their rows are gone.
    """
    ring.destroy_old_days()
    alive = [str(day) for day in ring.days()]
    oldest = clock.today() - timedelta(days=BODY_DAYS_AT_MOST)
    today = str(clock.today())
    if erase:
        await _erase_left_behind(database, erase)
    late = await _erase_cards(database, today, erase) if erase else set()
    await retention.expire(database, alive, today, str(oldest), int(clock.now()), postponed=late)
    ring.destroy_months(await retention.months_in_use(database))
    ring.destroy_weeks(await nudges.weeks_in_use(database))
    await _give_up_at_provider(database, ring, clock)
    if store:
        await evidence_sweep.sweep(database, store)


async def _give_up_at_provider(database: Database, ring: KeyRing, clock: Clock) -> None:
    """What could not be deleted at a provider for too long is forgotten, and with it its key."""
    oldest = clock.today() - timedelta(days=WHATSAPP_RECORD_DAYS)
    if lost := await provider.expire(database, str(oldest)):
        _log.warning("given up deleting %d lists of messages at the provider", lost)
    ring.destroy_provider_days(await provider.days_in_use(database))


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


async def _erase_left_behind(database: Database, erase: Erase) -> None:
    """A case that was moved away is read at its new desk only."""
    for desk, message in await retention.left_behind(database):
        try:
            await erase(desk, message)
        except Gone:
            pass  # out of our reach for good
        except DeliveryError as error:
            _log.warning("what was moved away could not be erased yet: %s", type(error).__name__)
            continue
        await retention.forget_message(database, desk, message)


async def run(
    database: Database,
    ring: KeyRing,
    clock: Clock,
    stop: asyncio.Event,
    erase: Erase | None = None,
    store: Objects | None = None,
) -> None:
    while not stop.is_set():
        try:
            await sweep(database, ring, clock, erase, store)
        except (SQLAlchemyError, OSError) as error:
            _log.warning("retention postponed: %s", type(error).__name__)
        try:
            await asyncio.wait_for(stop.wait(), _EVERY)
        except TimeoutError:
            continue

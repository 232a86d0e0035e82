"""Retention: once an hour, destroy the keys and rows whose time has come."""

import asyncio
import logging
from collections.abc import Collection
from datetime import timedelta
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from bot.chat.delivery_errors import DeliveryError, Gone
from bot.clock import Clock, pause
from bot.delivery import evidence_sweep
from bot.delivery.evidence_sweep import Objects
from bot.keys.ring import KeyRing
from bot.limits import BODY_DAYS_AT_MOST, WHATSAPP_RECORD_DAYS
from bot.store import nudges, provider, retention
from bot.store.engine import Database

_log = logging.getLogger(__name__)
_EVERY = 3600


class AtDesks(Protocol):
    """Messages at desks, by the desk's id. Everything raises `DeliveryError`."""

    async def erase(self, desk: str, message: str, /) -> None: ...

    async def relist(self, desk: str, message: str, without: Collection[str], /) -> bool:
        """Leave cases out of a list; False where that would be empty, or cannot be changed."""
        ...


async def sweep(
    database: Database,
    ring: KeyRing,
    clock: Clock,
    desks: AtDesks | None = None,
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
    if desks:
        await _erase_left_behind(database, desks)
    late = await _erase_cards(database, today, desks) if desks else set()
    await retention.expire(database, alive, today, str(oldest), int(clock.now()), postponed=late)
    ring.destroy_months(await retention.months_in_use(database))
    ring.destroy_weeks(await nudges.weeks_in_use(database))
    await _give_up_at_provider(database, ring, clock)
    await database.truncate_log()  # last, for it may fail where a database is sick
    if store:
        await evidence_sweep.sweep(database, store)


async def _give_up_at_provider(database: Database, ring: KeyRing, clock: Clock) -> None:
    """What could not be deleted at a provider for too long is forgotten, and with it its key."""
    oldest = clock.today() - timedelta(days=WHATSAPP_RECORD_DAYS)
    if lost := await provider.expire(database, str(oldest)):
        _log.warning("given up deleting %d lists of messages at the provider", lost)
    ring.destroy_provider_days(await provider.days_in_use(database))


async def _erase_cards(database: Database, today: str, desks: AtDesks) -> set[str]:
    """Erase the cards of every case that expires; returns the cases where a desk was away."""
    late: set[str] = set()
    for message, expired in (await retention.expired_at_desks(database, today)).items():
        if not await _erased(desks, message, expired):
            late |= expired
    return late


async def _erase_left_behind(database: Database, desks: AtDesks) -> None:
    """A case that was moved away is read at its new desk only."""
    for message, moved in (await retention.left_behind(database)).items():
        if await _erased(desks, message, moved):
            await retention.forget_shown(database, message, moved)


async def _erased(desks: AtDesks, message: tuple[str, str], cases: Collection[str]) -> bool:
    """Whether a message shows these cases no more; False while its desk is away."""
    try:
        if not await desks.relist(*message, cases):
            await desks.erase(*message)
    except Gone:
        pass  # the desk is no more, and its messages are out of our reach
    except DeliveryError as error:
        _log.warning("a card could not be erased yet: %s", type(error).__name__)
        return False
    return True


async def run(
    database: Database,
    ring: KeyRing,
    clock: Clock,
    stop: asyncio.Event,
    desks: AtDesks,
    store: Objects,
) -> None:
    while not stop.is_set():
        try:
            await sweep(database, ring, clock, desks, store)
        except (SQLAlchemyError, OSError) as error:
            _log.warning("retention postponed: %s", type(error).__name__)
        await pause(stop, _EVERY)

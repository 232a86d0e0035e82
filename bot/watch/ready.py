"""Readiness: whether a balancer may send people here."""

import asyncio

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import OperatorError
from bot.keys.ring import KeyRing
from bot.store.engine import Database
from bot.store.migrate import is_current


class Readiness:
    """The content is loaded before anything is served; the rest is looked at each time.

    ``stop`` is set when the process begins to end: it finishes what it holds, and gets no more.
    """

    def __init__(self, database: Database, ring: KeyRing, stop: asyncio.Event) -> None:
        self._database = database
        self._ring = ring
        self._stop = stop

    async def missing(self) -> str | None:
        """The first thing that is missing (stopping, database, migrations, keys), or None."""
        if self._stop.is_set():
            return "stopping"
        try:
            if not await is_current(self._database):
                return "migrations"
        except (SQLAlchemyError, OSError):
            return "database"
        try:
            self._ring.sender_tag("readiness")
        except (OperatorError, OSError):
            return "keys"
        return None

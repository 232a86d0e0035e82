"""Deleting files whose rows are gone: those of withdrawn and expired tips, of dropped drafts, and
what a worker that died left behind."""

import logging
from typing import Protocol

from bot.errors import OperatorError
from bot.keys.crypto import new_key
from bot.limits import EVIDENCE_ORPHAN_DAYS
from bot.store import cases, evidence
from bot.store.engine import Database

_log = logging.getLogger(__name__)


class Objects(Protocol):
    """The evidence store. Raises OSError while it cannot be reached."""

    async def delete(self, name: str, /) -> None: ...
    async def names(self, older_than_days: int, /) -> list[str]: ...
    async def belongs_to(self, database: bytes, /) -> bool: ...


async def check_owner(database: Database, store: Objects) -> None:
    """Raises OperatorError if the store is another database's.

    One that cannot be reached now stops nobody from starting: `sweep` asks again.
    """
    try:
        ours = await _is_ours(database, store)
    except OSError as error:
        _log.warning("evidence store out of reach: %s", type(error).__name__)
        return
    if not ours:
        raise OperatorError(
            "Tempat bukti (EVIDENCE_URL) milik basis data lain. Periksa EVIDENCE_URL dan "
            "DATABASE_URL; tidak ada yang diubah."
        )


async def sweep(database: Database, store: Objects) -> None:
    """Delete doomed objects, and old ones that no row knows. Raises OSError.

    What no row knows is deleted only in a store that is ours alone.
    """
    await delete_doomed(database, store)
    if not await _is_ours(database, store):
        _log.error("the evidence store belongs to another database")
        return
    old = await store.names(EVIDENCE_ORPHAN_DAYS)
    if not old:
        return
    known = await evidence.objects(database)
    for name in old:
        if name not in known:
            await store.delete(name)


async def delete_doomed(database: Database, store: Objects) -> None:
    """Delete the objects whose rows are gone. Raises OSError."""
    for name in await evidence.doomed(database):
        await store.delete(name)
        await evidence.forget_object(database, name)


async def _is_ours(database: Database, store: Objects) -> bool:
    return await store.belongs_to(await cases.constant(database, "database-id", new_key()))

"""Files of a draft: what became of each, opened for the conversation that sent them.

The result of a job is sealed like the job itself, under the key of the row's day, so that a
draft's files die with the draft.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.keys.crypto import SealError, seal, subkey, unseal
from bot.keys.ring import KeyRing
from bot.store import evidence
from bot.store.engine import Database
from bot.store.evidence import READY, REFUSED, EvidenceRow


@dataclass(frozen=True, slots=True)
class DraftFile:
    """`state` is ``waiting``, ``ready`` or ``refused``.

    ``file`` of a ready one is what the tip keeps (`FILE_FIELDS`); ``reason`` of a refused one is a
    key below ``evidence`` of the wording.
    """

    id: str
    state: str
    file: dict[str, Any] = field(default_factory=dict, repr=False)
    reason: str = ""


FILE_FIELDS = ("object", "key", "kind", "suffix", "media_type", "size", "sha256", "taken")
"""What the content of a tip says of a file: where the copy lies, what opens it (hex), what it is;
``taken`` (the photo's own day) only where it is known, and only passed on when asked for."""


class DraftFiles:
    """Reads the rows of a draft's files."""

    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring

    async def of(self, ids: Sequence[str]) -> list[DraftFile]:
        """One for every id, in order; one whose row is gone counts as refused."""
        rows = await evidence.of_ids(self._database, ids) if ids else {}
        return [self._opened(id_, rows.get(id_)) for id_ in ids]

    def _opened(self, id_: str, row: EvidenceRow | None) -> DraftFile:
        if row is None:
            return _lost(id_)
        if row.state not in (READY, REFUSED):
            return DraftFile(id_, row.state)
        try:
            result = open_result(self._ring, id_, row.day, row.result or b"")
        except (KeyError, SealError):
            return _lost(id_)
        if row.state == REFUSED:
            return DraftFile(id_, REFUSED, reason=result["reason"])
        return DraftFile(id_, READY, result)


def seal_result(ring: KeyRing, id_: str, day: str, result: dict[str, Any]) -> bytes:
    """Raises KeyError once the day's key is destroyed."""
    return seal(_key(ring, day), json.dumps(result).encode(), _context(id_))


def open_result(ring: KeyRing, id_: str, day: str, sealed: bytes) -> dict[str, Any]:
    """Raises KeyError once the day's key is destroyed, SealError."""
    opened: dict[str, Any] = json.loads(unseal(_key(ring, day), sealed, _context(id_)))
    return opened


def _lost(id_: str) -> DraftFile:
    return DraftFile(id_, REFUSED, reason="fetch.lost")


def _key(ring: KeyRing, day: str) -> bytes:
    return subkey(ring.state_key(date.fromisoformat(day)), "evidence")


def _context(id_: str) -> str:
    return f"evidence-result:{id_}"

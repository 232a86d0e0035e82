"""Small writes that come in while one is going on are written together, in one transaction.

A transaction costs the same for one row as for ten, so this is what keeps a busy hour cheap; who
comes alone waits for nobody.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(slots=True)
class _Lot(Generic[Item]):
    items: list[Item] = field(default_factory=list, repr=False)
    written: bool = False


class Together(Generic[Item]):
    def __init__(self, write: Callable[[Sequence[Item]], Awaitable[None]]) -> None:
        """``write`` writes all or, when it raises, none."""
        self._write = write
        self._lot: _Lot[Item] = _Lot()
        self._turn = asyncio.Lock()

    async def add(self, item: Item) -> None:
        """Returns once the item is written. Raises what ``write`` raises."""
        lot = self._lot
        lot.items.append(item)
        async with self._turn:
            if lot is self._lot:
                self._lot = _Lot()
            if not lot.written:  # also when an earlier one of the lot failed
                await self._write(lot.items)
                lot.written = True

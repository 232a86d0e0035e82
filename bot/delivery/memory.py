"""What a worker remembers of the desks it holds: copies, how much was shown, what to edit."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.delivery.likeness import Likeness, Signer
from bot.limits import LIKENESS_HOURS

_HOUR = 3600


@dataclass(slots=True)
class DeskMemory:
    """``lost``: what was remembered before is gone, and the desk has not been told yet;
    ``outdated``: cases whose copies are not on their cards yet; ``edited`` and ``counted``: when
    cards, and the message about the quarantine, were last brought up to date; ``board``: the count
    that message shows; ``flood_seen``: when something was last put aside, 0 once that was told."""

    likeness: Likeness = field(default_factory=Likeness)
    shown: deque[float] = field(default_factory=deque)
    lost: bool = False
    outdated: dict[str, None] = field(default_factory=dict)
    edited: float = 0
    flooded: bool = False
    counted: float = 0
    board: int | None = None
    flood_seen: float = 0
    used: float = 0

    def shown_lately(self, now: float) -> int:
        """How many tips were shown in the last hour."""
        while self.shown and self.shown[0] <= now - _HOUR:
            self.shown.popleft()
        return len(self.shown)

    @property
    def is_empty(self) -> bool:
        return not (
            len(self.likeness) or self.lost or self.outdated or self.flooded or self.flood_seen
        )


class Memories:
    """By desk. One signer for all, so that signatures mean nothing outside this process."""

    def __init__(self) -> None:
        self.signer = Signer()
        self._desks: dict[str, DeskMemory] = {}

    def of(self, desk: str, now: float) -> DeskMemory:
        memory = self._desks.setdefault(desk, DeskMemory())
        memory.used = now
        return memory

    def get(self, desk: str) -> DeskMemory | None:
        return self._desks.get(desk)

    def all(self) -> Iterator[tuple[str, DeskMemory]]:
        yield from list(self._desks.items())

    def forget(self, desk: str) -> None:
        self._desks.pop(desk, None)

    def past(self, now: float) -> list[str]:
        """Desks of which there is nothing left to remember."""
        for memory in self._desks.values():
            memory.likeness.forget(now)
        oldest = now - _HOUR * LIKENESS_HOURS
        return [name for name, m in self._desks.items() if m.is_empty and m.used < oldest]

"""How late deliveries are. The outbox keeps no time of birth, so this remembers, in memory only,
since when it has seen a delivery waiting."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.limits import LATE_AFTER_SECONDS
from bot.store.backlog import Waiting


@dataclass(frozen=True, slots=True)
class Late:
    """One desk's late deliveries: how many, how late the oldest, how many tried more than once,
    and how many are no longer tried."""

    count: int = 0
    seconds: int = 0
    retried: int = 0
    dead: int = 0


class Backlog:
    def __init__(self) -> None:
        self._since: dict[str, int] = {}

    def look(self, waiting: Iterable[Waiting], now: int) -> dict[str, Late]:
        """The desks that have something late or dead."""
        seen = {job.id: job for job in waiting}
        self._since = {id_: self._first(job, now) for id_, job in seen.items()}
        desks: dict[str, Late] = {}
        for id_, job in seen.items():
            age = now - self._since[id_]
            if job.dead or age >= LATE_AFTER_SECONDS:
                desks[job.desk] = _with(desks.get(job.desk, Late()), job, age)
        return desks

    def _first(self, job: Waiting, now: int) -> int:
        """A lease or a later try moves ``due`` ahead, never the first time it was seen."""
        return min(self._since.get(job.id, now), job.due, now)


def _with(late: Late, job: Waiting, age: int) -> Late:
    if job.dead:
        return Late(late.count, late.seconds, late.retried, late.dead + 1)
    retried = late.retried + (job.tries > 1)
    return Late(late.count + 1, max(late.seconds, age), retried, late.dead)

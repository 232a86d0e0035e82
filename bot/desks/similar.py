"""How often a tip came again in nearly the same words, and from how many senders.

In memory only, and only in the process that delivers: senders are counted by tags that die with
the day's key, and nobody else shall know them.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

_KEPT = 5_000


@dataclass(slots=True)
class Seen:
    """Copies of one case by their codes; its senders and the copies': ``tags`` of those that are
    known (each counted once), ``unknown`` the others (from the web, or of a past day)."""

    codes: list[str] = field(default_factory=list)
    tags: set[bytes] = field(default_factory=set, repr=False)
    unknown: int = 0

    def count_sender(self, tag: bytes | None) -> None:
        if tag is None:
            self.unknown += 1
        else:
            self.tags.add(tag)


class Similar:
    """By the id of the first case; the oldest are forgotten."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, Seen] = OrderedDict()

    def of(self, case_id: str) -> Seen | None:
        return self._seen.get(case_id)

    def begin(self, case_id: str, tag: bytes | None) -> None:
        """A case that others may turn out to be copies of."""
        seen = self._seen[case_id] = Seen()
        seen.count_sender(tag)
        while len(self._seen) > _KEPT:
            self._seen.popitem(last=False)

    def add(self, case_id: str, code: str, tag: bytes | None) -> None:
        """A copy."""
        seen = self._seen.setdefault(case_id, Seen())
        seen.codes.append(code)
        seen.count_sender(tag)

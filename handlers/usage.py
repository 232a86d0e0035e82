"""Counts of what was answered and what was not: no text, nobody, and nothing written at once.

They lie in memory; `bot.delivery.usage` adds them to the tables once an hour as counts of the day.
"""

from collections import Counter
from collections.abc import Callable

from bot.clock import Clock

Shown = Counter[tuple[str, str]]  # topic, day
Matched = Counter[tuple[str, str, str, str]]  # first candidate, zone, matcher's version, day


class Usage:
    def __init__(self, clock: Clock, on_match: Callable[[str], None] | None = None) -> None:
        """``on_match`` is told each zone, to be counted elsewhere too."""
        self._clock = clock
        self._on_match = on_match
        self._shown: Shown = Counter()
        self._matched: Matched = Counter()

    def show(self, topic: str) -> None:
        """An answer was given."""
        self._shown[topic, str(self._clock.today())] += 1

    def match(self, candidate: str, zone: str, version: str) -> None:
        """A question was matched; ``zone`` is the matcher's outcome."""
        self._matched[candidate, zone, version, str(self._clock.today())] += 1
        if self._on_match:
            self._on_match(zone)

    def take(self) -> tuple[Shown, Matched]:
        """All counts since the last time; from here on they are the caller's to keep."""
        taken = self._shown, self._matched
        self._shown, self._matched = Counter(), Counter()
        return taken

    def give_back(self, shown: Shown, matched: Matched) -> None:
        """They could not be kept."""
        self._shown += shown
        self._matched += matched

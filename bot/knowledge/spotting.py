"""Many lists of words at once: which of them a text can contain at all, told from its words.

Searching every pattern of a file for every message costs more than matching the message. Most
patterns begin with words that the message does not have, and are never tried.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

_RUN = re.compile(r"\w+")


def pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Whole words or phrases; a trailing ``*`` accepts any ending."""
    parts = (re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "") for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")


class Spotter:
    """Knows by what word each phrase of each list begins; lists are named by their place."""

    def __init__(self, lists: Iterable[Sequence[str]]) -> None:
        self._always: set[int] = set()
        self._whole: defaultdict[str, set[int]] = defaultdict(set)
        self._beginnings: defaultdict[str, set[int]] = defaultdict(set)
        for place, phrases in enumerate(lists):
            for phrase in phrases:
                self._add(place, phrase)
        self._lengths = sorted({len(beginning) for beginning in self._beginnings})

    def _add(self, place: int, phrase: str) -> None:
        first = _RUN.match(phrase)
        if first is None:
            self._always.add(place)
        elif phrase == first[0] + "*":
            self._beginnings[first[0]].add(place)
        else:
            self._whole[first[0]].add(place)

    def possible(self, text: str) -> set[int]:
        """The lists of which a pattern (`pattern`) may be found in the text; the others cannot."""
        found = set(self._always)
        for word in _RUN.findall(text):
            if word in self._whole:
                found |= self._whole[word]
            for length in self._lengths:
                if (beginning := word[:length]) in self._beginnings:
                    found |= self._beginnings[beginning]
        return found

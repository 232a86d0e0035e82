"""Phrase lists of the content files, as one pattern.

``post*`` fits any word that begins so, ``saya/sy`` either word, ``..`` lets up to five words of
the same sentence stand between, a closing `` .`` asks for the end of the clause, and ``{me}``
stands for every word of a set.
"""

import re
from collections.abc import Mapping
from functools import cached_property

_GAP = r"(?:[^\w.!?\n]+[\w'-]+){0,5}?[^\w.!?\n]+"
_END = r"(?=\s*(?:[.,;!?\n]|$))"
_SET = re.compile(r"\{(\w+)\}")


class Phrases:
    """Comma-separated phrases; found at word boundaries, without regard to case.

    The pattern is compiled when it is first used: compiling all of them takes a second, and whoever
    only asks needs none. ``ending``: what may stand at the end of every phrase ("nya").
    """

    def __init__(
        self, phrases: str, sets: Mapping[str, str] | None = None, *, ending: str = ""
    ) -> None:
        """Raises KeyError for a set that is not defined."""
        self._listed = listed_words(expanded(phrases, sets or {}))
        self._ending = f"(?:{ending})?" if ending else ""

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        listed = sorted(self._listed, key=len, reverse=True)
        body = "|".join(_pattern(phrase) for phrase in listed)
        return re.compile(rf"(?<![\w-])(?=\w)(?:{body}){self._ending}(?![\w-])", re.IGNORECASE)

    def find(self, text: str) -> bool:
        return self._pattern.search(text) is not None

    def begins(self, text: str) -> bool:
        """Whether the text, apart from blanks, begins with a phrase."""
        return self._pattern.match(text.lstrip()) is not None

    def end_at(self, text: str, start: int) -> int | None:
        """Where the phrase that begins exactly there ends."""
        found = self._pattern.match(text, start)
        return found.end() if found else None

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where phrases stand, the longest at each place."""
        return [match.span() for match in self._pattern.finditer(text)]

    def count(self, text: str) -> int:
        """How many phrases of the list stand in the text, without overlap."""
        return len(self.spans(text))

    def whole(self, text: str) -> bool:
        """Whether the text is one of the phrases."""
        return self._pattern.fullmatch(text.strip()) is not None

    def without(self, text: str) -> str:
        """The text with a blank in place of each phrase."""
        return self._pattern.sub(" ", text)


def listed_words(words: str) -> list[str]:
    """The entries of a comma-separated list."""
    return [word.strip() for word in str(words).split(",") if word.strip()]


def any_of(words: str) -> str:
    """Comma-separated words as alternatives of a regular expression, longest first."""
    ordered = sorted(listed_words(words), key=len, reverse=True)
    return "|".join(r"\s+".join(map(re.escape, word.split())) for word in ordered)


def expanded(phrases: str, sets: Mapping[str, str]) -> str:
    """``{me} lihat`` with the words of the set in place of its name. Raises KeyError."""
    return _SET.sub(lambda name: "/".join(listed_words(sets[name[1]])), str(phrases))


def _pattern(phrase: str) -> str:
    closes = phrase.endswith(" .")
    parts = [_words(part) for part in phrase.removesuffix(" .").split(" .. ")]
    return _GAP.join(parts) + (_END if closes else "")


def _words(phrase: str) -> str:
    return r"\s+".join(f"(?:{_either(word)})" for word in phrase.split())


def _either(word: str) -> str:
    return "|".join(re.escape(one).replace(r"\*", r"[\w-]*") for one in word.split("/"))

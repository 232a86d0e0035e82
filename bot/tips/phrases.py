"""Phrase lists of the content files, as one pattern.

``post*`` fits any word that begins so, ``saya/sy`` either word, ``..`` lets up to five words stand
between.
"""

import re

_GAP = r"(?:\W+[\w'-]+){0,5}?\W+"


class Phrases:
    """Comma-separated phrases; found at word boundaries, without regard to case."""

    def __init__(self, phrases: str) -> None:
        listed = sorted(_listed(phrases), key=len, reverse=True)
        body = "|".join(_pattern(phrase) for phrase in listed)
        self._pattern = re.compile(rf"(?<![\w-])(?:{body})(?![\w-])", re.IGNORECASE)

    def find(self, text: str) -> bool:
        return self._pattern.search(text) is not None

    def begins(self, text: str) -> bool:
        """Whether the text, apart from blanks, begins with a phrase."""
        return self._pattern.match(text.lstrip()) is not None

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where phrases stand, the longest at each place."""
        return [match.span() for match in self._pattern.finditer(text)]

    def count(self, text: str) -> int:
        """How many phrases of the list stand in the text, without overlap."""
        return len(self.spans(text))

    def whole(self, text: str) -> bool:
        """Whether the text is one of the phrases."""
        return self._pattern.fullmatch(text.strip()) is not None


def _pattern(phrase: str) -> str:
    parts = [_words(part) for part in phrase.split(" .. ")]
    return _GAP.join(parts)


def _words(phrase: str) -> str:
    return r"\s+".join(f"(?:{_either(word)})" for word in phrase.split())


def _either(word: str) -> str:
    return "|".join(re.escape(one).replace(r"\*", r"[\w-]*") for one in word.split("/"))


def _listed(phrases: str) -> list[str]:
    return [phrase.strip() for phrase in str(phrases).split(",") if phrase.strip()]

"""A typed line as words, and what of it names a region."""

from dataclasses import dataclass, replace

from bot.tips.regions import is_province


@dataclass(frozen=True, slots=True)
class Match:
    """Words of a line and the regions they may mean; ``weight`` tells how surely."""

    start: int
    end: int
    codes: tuple[str, ...]
    weight: float
    key: str


@dataclass(frozen=True, slots=True)
class Line:
    """A typed line: its words, a mark before each word that follows a comma, what each word is."""

    words: list[str]
    breaks: set[int]
    kinds: list[str]  # "", "regency", "city", "province", "district", "village"

    def kind(self, place: int) -> str:
        return self.kinds[place] if 0 <= place < len(self.kinds) else ""

    def word(self, place: int) -> str:
        return self.words[place] if 0 <= place < len(self.words) else ""


def narrowed(match: Match, provinces: set[str]) -> Match:
    """A match without the codes outside the named provinces, and without the provinces."""
    if not provinces:
        return match
    inside = tuple(code for code in match.codes if code[:2] in provinces and "." in code)
    return replace(match, codes=inside)


def only_provinces(match: Match) -> bool:
    return all(is_province(code) for code in match.codes)

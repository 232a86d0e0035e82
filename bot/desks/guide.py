"""What a desk may read beside a tip: likely basis, elements, who decides, checklist.

From ``content/desk-guide.yaml``, by category and for special kinds. It helps to look and decides
nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ContentError
from bot.fast_yaml import read_yaml

FALLBACK = "9"


@dataclass(frozen=True, slots=True)
class Basis:
    """An instrument of the law registry, the article, and what it says in one line."""

    instrument: str
    article: str
    gist: str


@dataclass(frozen=True, slots=True)
class Element:
    """What would have to be proven; ``said``: the tip's fields that speak of it."""

    text: str
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """All about one kind of tip; ``ask`` names the one-tap questions to offer first."""

    basis: tuple[Basis, ...]
    elements: tuple[Element, ...]
    decides: tuple[str, ...]
    checklist: tuple[str, ...]
    ask: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    kinds: Mapping[str, Advice]
    note: str

    @classmethod
    def load(cls, path: Path) -> "Guide":
        """Read the guide. Raises `ContentError`."""
        try:
            value = read_yaml(path.read_text(encoding="utf-8"))
            both = {**value["categories"], **value["specials"]}
            kinds = {str(k): _advice(path, str(k), v, value["deciders"]) for k, v in both.items()}
            return cls(kinds, " ".join(value["note"].split()))
        except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise ContentError(f"{path}:1: panduan meja tidak dapat dibaca ({error}).") from error

    def of(self, category: int | None, special: str | None = None) -> Advice:
        """The advice for a tip; that of "Lainnya" where there is none of its own."""
        found = self.kinds.get(special or "") or self.kinds.get(str(category))
        return found or self.kinds[FALLBACK]


def _advice(path: Path, kind: str, value: Mapping[str, Any], deciders: Mapping[str, str]) -> Advice:
    for name in ("basis", "elements", "decides", "checklist", "ask"):
        if not isinstance(value.get(name), list) or not value[name]:
            raise ContentError(f"{path}:1: panduan jenis {kind} belum punya {name}.")
    if odd := [key for item in value["elements"] for key in item if key not in ("text", "said")]:
        raise ContentError(f"{path}:1: {odd[0]!r} di elements jenis {kind}; beri tanda kutip.")
    unknown = [name for name in value["decides"] if name not in deciders]
    if unknown:
        raise ContentError(f"{path}:1: {unknown[0]} di jenis {kind} tidak ada di deciders.")
    return Advice(
        tuple(_basis(text) for text in value["basis"]),
        tuple(Element(item["text"], tuple(item.get("said", ()))) for item in value["elements"]),
        tuple(deciders[name] for name in value["decides"]),
        tuple(value["checklist"]),
        tuple(value["ask"]),
    )


def _basis(text: str) -> Basis:
    source, _, gist = text.partition(":")
    instrument, _, article = source.partition(" ")
    return Basis(instrument, article.strip(), gist.strip())

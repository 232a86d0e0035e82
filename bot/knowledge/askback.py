"""Ask-backs: one curated question for two topics that differ in one facet."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ContentError
from bot.fast_yaml import read_yaml
from bot.knowledge.spotting import pattern


@dataclass(frozen=True, slots=True)
class AskChoice:
    """What the person may answer, and the topic it leads to."""

    label: str
    topic: str


@dataclass(frozen=True, slots=True)
class AskBack:
    """``pair``: the two topics; ``facet``: what tells them apart, in words for curators."""

    pair: frozenset[str]
    facet: str
    question: str
    choices: tuple[AskChoice, ...]
    signs: tuple[re.Pattern[str], ...] = ()  # words that state the facet

    def is_stated(self, text: str) -> bool:
        """Whether a cleaned text already says which of the two it means."""
        return sum(bool(sign.search(text)) for sign in self.signs) == 1


def load_ask_backs(path: Path, topics: Iterable[str]) -> dict[frozenset[str], AskBack]:
    """Every ask-back by its pair; empty when the file is missing. Raises `ContentError`."""
    if not path.exists():
        return {}
    known = frozenset(topics)
    try:
        entries = read_yaml(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContentError(f"{path}:{line}: salah tulis: {error.problem}.") from error
    found: dict[frozenset[str], AskBack] = {}
    for entry in entries or ():
        ask = _ask_back(path, entry, known)
        if ask.pair in found:
            raise ContentError(f"{path}:1: pasangan {' dan '.join(sorted(ask.pair))} ada dua kali.")
        found[ask.pair] = ask
    return found


def _ask_back(path: Path, entry: Mapping[str, Any], known: frozenset[str]) -> AskBack:
    try:
        choices = tuple(
            AskChoice(str(label), str(topic)) for label, topic in entry["choices"].items()
        )
        signs = tuple(pattern(words) for words in entry.get("signs", {}).values())
        ask = AskBack(
            frozenset(entry["pair"]), str(entry["facet"]), str(entry["ask"]), choices, signs
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ContentError(
            f"{path}:1: {entry!r} harus berisi pair, facet, ask, choices."
        ) from error
    where = f"{path}:1: pasangan {' dan '.join(sorted(ask.pair))}"
    if len(ask.pair) != 2 or not 2 <= len(choices) <= 4:
        raise ContentError(f"{where}: dua topik berbeda dan dua sampai empat pilihan.")
    targets = {choice.topic for choice in choices}
    if unknown := (ask.pair | targets) - known:
        raise ContentError(f"{where}: topik tidak dikenal: {', '.join(sorted(unknown))}.")
    if not ask.pair <= targets:
        raise ContentError(f"{where}: kedua topik harus menjadi pilihan.")
    return ask

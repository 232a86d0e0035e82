"""Rules before retrieval: what is recognised by its words alone (`content/rules.yaml`)."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ContentError
from bot.fast_yaml import read_yaml
from bot.knowledge.normalise import clean, words
from bot.knowledge.spotting import Spotter, pattern
from bot.limits import QUESTION_WORDS

EMOJI, LANGUAGE, LONG, SEVERAL = "emoji", "language", "long", "several"
_KEYS = {"name", "whole", "any", "all", "unless", "topic"}
_ITEM = re.compile(r"(?:^|\s)(?:\d{1,2}[.)]|[a-e][.)]|[-•*])\s+")
_SENTENCE = re.compile(r"(?<=\?)\s+")
_SHORTEST_QUESTION = 3  # words
_ENGLISH_WORDS = """
    the is are am was were do does did can could may should would will what which who how why when
    where if my your his their our we they you he she it this that these those of to in on at for
    from with about allowed government civil servant servants employee candidate vote election
    support i a an not be or and have has
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
# Words that Indonesian chat shares with English, or English words that it borrows every day.
_BORROWED = frozenset(
    {"a", "i", "an", "do", "in", "at", "on", "am", "his", "to", "we", "he", "or", "is"}
)


@dataclass(frozen=True, slots=True)
class Ruled:
    """A rule that fits. With ``topic`` or ``question`` the message is still to be matched:
    ``question`` is what to match, ``topic`` what the rule expects of it."""

    name: str
    topic: str | None = None
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the file; empty conditions always hold. ``lists``: ``any``, then each of ``all``
    as they stand in the file."""

    name: str
    whole: Collection[str]
    any: re.Pattern[str] | None
    all: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None
    topic: str | None
    lists: tuple[tuple[str, ...], ...]

    def fits(self, text: str, typed: Sequence[str]) -> bool:
        if self.whole:
            fits = bool(typed) and all(word in self.whole for word in typed)
        else:
            fits = self.any is None or self.any.search(text) is not None
            fits = fits and all(words.search(text) for words in self.all)
        return fits and not (self.unless and self.unless.search(text))


class Rules:
    """The rules of the file, and four that need no list: emoji, language, length, several."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._spotter = Spotter(words for rule in rules for words in rule.lists)
        ends = accumulate(len(rule.lists) for rule in rules)
        self._needs = [
            set(range(end - len(rule.lists), end)) for rule, end in zip(rules, ends, strict=True)
        ]

    @classmethod
    def load(cls, path: Path, topics: Collection[str]) -> "Rules":
        """Raises `ContentError`. Without the file only the built-in rules remain."""
        if not path.exists():
            return cls(())
        try:
            entries = read_yaml(path.read_text(encoding="utf-8")) or ()
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise ContentError(f"{path}:{line}: salah tulis: {error.problem}.") from error
        return cls([_rule(path, entry, topics) for entry in entries])

    @property
    def names(self) -> frozenset[str]:
        """Every name that `find` may give."""
        return frozenset({EMOJI, LANGUAGE, LONG, SEVERAL, *(rule.name for rule in self._rules)})

    def find(self, message: str) -> Ruled | None:
        """The first rule that fits the message as it came."""
        if message.strip() and not any(map(str.isalnum, message)):
            return Ruled(EMOJI)
        text = clean(message)
        typed = words(text)
        plain = " ".join(typed)
        possible = self._spotter.possible(plain)
        for rule, needs in zip(self._rules, self._needs, strict=True):
            if needs <= possible and rule.fits(plain, typed):
                return Ruled(rule.name, rule.topic, message if rule.topic else None)
        return _by_shape(message, text, typed)


def _by_shape(message: str, text: str, typed: Sequence[str]) -> Ruled | None:
    if _is_foreign(text, typed):
        return Ruled(LANGUAGE)
    questions = split_questions(message)
    if len(questions) > 1:
        return Ruled(SEVERAL, question=questions[0])
    return Ruled(LONG) if len(typed) > QUESTION_WORDS else None


def split_questions(message: str) -> list[str]:
    """The questions of a numbered list, or of a text with several question marks."""
    items = [item.strip() for item in _ITEM.split(message)]
    if _ITEM.search(message) and len(items) > 2:
        return [item for item in items if _is_question(item, must_ask=False)] or [message]
    asked = [part for part in _SENTENCE.split(message.strip()) if _is_question(part, must_ask=True)]
    return asked if len(asked) > 1 else [message]


def _is_question(text: str, *, must_ask: bool) -> bool:
    long_enough = len(words(clean(text))) >= _SHORTEST_QUESTION
    return long_enough and (text.rstrip().endswith("?") or not must_ask)


def _is_foreign(text: str, typed: Sequence[str]) -> bool:
    if not text.isascii() and _is_mostly_foreign(text):
        return True
    english = [word for word in typed if word in _ENGLISH]
    return len(set(english) - _BORROWED) >= 2 and len(english) * 5 >= len(typed) * 2


def _is_mostly_foreign(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    foreign = sum("LATIN" not in unicodedata.name(letter, "") for letter in letters)
    return foreign * 2 > len(letters) > 0


def _rule(path: Path, entry: Mapping[str, Any], topics: Collection[str]) -> Rule:
    name = str(entry.get("name", ""))
    where = f"{path}:1: aturan {name or entry!r}"
    if not name or not set(entry) <= _KEYS or not {"whole", "any", "all"} & set(entry):
        raise ContentError(f"{where}: perlu name dan salah satu dari whole, any, all.")
    topic = entry.get("topic")
    if topic is not None and topic not in topics:
        raise ContentError(f"{where}: topik {topic} tidak ada.")
    found = [entry["any"]] if "any" in entry else []
    return Rule(
        name,
        frozenset(map(str, entry.get("whole", ()))),
        pattern(entry["any"]) if "any" in entry else None,
        tuple(pattern(words) for words in entry.get("all", ())),
        pattern(entry["unless"]) if "unless" in entry else None,
        topic,
        tuple(map(tuple, [*found, *entry.get("all", ())])),
    )

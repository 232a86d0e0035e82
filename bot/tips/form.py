"""The tip form as data, from ``content/tip-form.yaml``."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from bot.errors import ContentError
from bot.fast_yaml import read_yaml
from bot.limits import FIELD_MAX
from bot.tips.phrases import Phrases

Kind = Literal["story", "place", "day", "text", "category", "link", "choice"]
NEEDED = ("who", "place", "event", "evidence")
"""The parts that make a tip checkable; evidence is a link or a file."""
OTHER_CATEGORY = 9  # "Lainnya": what is accepted and marked, with the proper channel named
_PHRASES = ("closed_circle", "questions", "safety", "vague", "continues")


@dataclass(frozen=True, slots=True)
class Field:
    """One question of the form.

    ``asked_for`` names the categories it is asked for, ``only`` those it exists for at all;
    ``when_older`` asks it only when the event is at least so many days ago, ``after_said`` only
    when the story answered another field; ``unknown`` accepts "tidak tahu".
    """

    name: str
    kind: Kind
    required: bool = False
    unknown: bool = False
    most: int = FIELD_MAX
    asked_for: tuple[int, ...] = ()
    only: tuple[int, ...] = ()
    when_older: int | None = None
    after_said: str | None = None

    def fits(self, answers: Mapping[str, Any]) -> bool:
        """Whether it may be answered, given what was answered so far."""
        return not self.only or answers.get("category") in self.only

    @property
    def depends(self) -> bool:
        """Asked on a condition only; the short form leaves it out."""
        return bool(self.asked_for or self.after_said or self.when_older is not None)

    def is_asked(self, answers: Mapping[str, Any], said: Collection[str], today: date) -> bool:
        """Whether a tip needs it. ``said``: the fields that the story itself answered."""
        if not self.required or not self.fits(answers):
            return False
        if self.asked_for and answers.get("category") not in self.asked_for:
            return False
        if self.after_said and self.after_said not in said:
            return False
        return self.when_older is None or _days_since(answers, today) >= self.when_older


@dataclass(frozen=True, slots=True)
class Form:
    """``closed_circle`` finds what few people know, ``questions`` what asks instead of answering,
    ``safety`` what asks whether the writer can be known, ``vague`` a time that is only about,
    ``continues`` how a message goes on with the one before."""

    fields: tuple[Field, ...]
    categories: Mapping[int, str]
    closed_circle: Phrases
    questions: Phrases
    safety: Phrases
    vague: Phrases
    continues: Phrases

    @classmethod
    def load(cls, path: Path) -> "Form":
        """Read the form. Raises `ContentError`."""
        try:
            value = read_yaml(path.read_text(encoding="utf-8"))
            fields = tuple(_field(path, item) for item in value["fields"])
            categories = {int(k): str(v) for k, v in value["categories"].items()}
            phrases = {name: Phrases(value[name]) for name in _PHRASES}
        except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
            raise ContentError(f"{path}:1: isian tidak dapat dibaca ({error}).") from error
        return cls(fields, categories, **phrases)

    def field(self, name: str) -> Field:
        """Raises KeyError for a name that the form does not have."""
        found = self.find(name)
        if found is None:
            raise KeyError(name)
        return found

    def find(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    def missing(
        self,
        answers: Mapping[str, Any],
        said: Collection[str],
        today: date,
        *,
        short: bool = False,
    ) -> Field | None:
        """The next question that is needed and has no answer yet."""
        for field in self.fields:
            if field.name in answers or (short and field.depends):
                continue
            if field.is_asked(answers, said, today):
                return field
        return None

    def most_questions(self) -> int:
        """How many questions the longest way takes: who was named by the story is not asked."""
        required = [field for field in self.fields if field.required]
        instead = {field.after_said for field in required if field.after_said}
        return sum(field.name not in instead for field in required)


def missing_parts(content: Mapping[str, Any]) -> list[str]:
    """Which of the parts a tip's content lacks."""
    given = set(content["given"])
    if "link" in given or content.get("files"):
        given.add("evidence")
    return [name for name in NEEDED if name not in given]


def _days_since(answers: Mapping[str, Any], today: date) -> int:
    happened: str | None = (answers.get("event") or {}).get("day")
    return (today - date.fromisoformat(happened)).days if happened else 0


def _field(path: Path, item: dict[str, Any]) -> Field:
    unknown = set(item) - set(Field.__dataclass_fields__)
    if unknown:
        raise ContentError(f"{path}:1: {', '.join(sorted(unknown))} tidak dikenal dalam isian.")
    if item["kind"] not in get_args(Kind):
        raise ContentError(f"{path}:1: jenis isian {item['kind']!r} tidak dikenal.")
    lists: dict[str, Any] = {
        name: tuple(item[name]) for name in ("asked_for", "only") if name in item
    }
    return Field(**{**item, **lists})

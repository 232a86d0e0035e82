"""The tip form as data, from ``content/tip-form.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from bot.errors import ContentError
from bot.fast_yaml import read_yaml

Kind = Literal["story", "place", "day", "text", "category", "link", "source"]


@dataclass(frozen=True, slots=True)
class Field:
    """One question of the form.

    ``only`` names the categories it is asked for; ``when_older`` asks it only when the event is at
    least so many days ago; ``unknown`` accepts "tidak tahu".
    """

    name: str
    kind: Kind
    required: bool = False
    unknown: bool = False
    only: tuple[int, ...] = ()
    when_older: int | None = None

    def applies(self, answers: Mapping[str, Any], today: date) -> bool:
        """Whether the form needs this field, given what was answered so far."""
        if self.only and answers.get("category") not in self.only:
            return False
        if self.when_older is None:
            return self.required
        happened: str | None = (answers.get("event") or {}).get("day")
        if happened is None:
            return False
        return (today - date.fromisoformat(happened)).days >= self.when_older


@dataclass(frozen=True, slots=True)
class Form:
    fields: tuple[Field, ...]
    categories: Mapping[int, str]

    @classmethod
    def load(cls, path: Path) -> "Form":
        """Read the form. Raises `ContentError`."""
        try:
            value = read_yaml(path.read_text(encoding="utf-8"))
            fields = tuple(_field(path, item) for item in value["fields"])
            categories = {int(k): str(v) for k, v in value["categories"].items()}
        except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
            raise ContentError(f"{path}:1: isian tidak dapat dibaca ({error}).") from error
        return cls(fields, categories)

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    def missing(self, answers: Mapping[str, Any], today: date) -> Field | None:
        """The next question that is needed and has no answer yet."""
        return next(
            (f for f in self.fields if f.name not in answers and f.applies(answers, today)), None
        )


def _field(path: Path, item: dict[str, Any]) -> Field:
    if item["kind"] not in get_args(Kind):
        raise ContentError(f"{path}:1: jenis isian {item['kind']!r} tidak dikenal.")
    return Field(
        item["name"],
        item["kind"],
        bool(item.get("required")),
        bool(item.get("unknown")),
        tuple(item.get("only", ())),
        item.get("when_older"),
    )

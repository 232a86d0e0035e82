"""The tip form as data, from ``content/tip-form.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from bot.errors import ContentError

Kind = Literal["story", "place", "day", "text", "category", "link", "source"]


@dataclass(frozen=True, slots=True)
class Field:
    """One question of the form; ``only`` names the categories it is asked for."""

    name: str
    kind: Kind
    required: bool = False
    unknown: bool = False
    only: tuple[int, ...] = ()

    def applies(self, category: int | None) -> bool:
        return not self.only or category in self.only


@dataclass(frozen=True, slots=True)
class Form:
    fields: tuple[Field, ...]
    categories: Mapping[int, str]

    @classmethod
    def load(cls, path: Path) -> "Form":
        """Read the form. Raises `ContentError`."""
        try:
            value = yaml.safe_load(path.read_text(encoding="utf-8"))
            fields = tuple(_field(path, item) for item in value["fields"])
            categories = {int(k): str(v) for k, v in value["categories"].items()}
        except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
            raise ContentError(f"{path}:1: isian tidak dapat dibaca ({error}).") from error
        return cls(fields, categories)

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    def missing(self, answers: Mapping[str, Any]) -> Field | None:
        """The next required question that has no answer yet."""
        category = answers.get("category")
        return next(
            (
                field
                for field in self.fields
                if field.required and field.name not in answers and field.applies(category)
            ),
            None,
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
    )

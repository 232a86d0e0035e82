"""Desks and routes: which desk receives tips of which region (``DESKS_FILE``)."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from bot.errors import OperatorError

NATIONAL = "nasional"
_OFFICIAL_WORDS = ("bawaslu", "pengawas", "panwas", "panwaslih")


class Desk(BaseModel):
    """A moderator destination."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    kind: Literal["tip", "curator"] = "tip"
    channel: Literal["telegram", "web"]
    chat: str
    mode: Literal["full"] = "full"
    regions: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _chat_of_the_channel(self) -> Self:
        if self.channel == "telegram" and not re.fullmatch(r"-?\d+(/\d+)?", self.chat):
            raise ValueError("chat Telegram harus angka, misalnya -1001234567890")
        return self

    @property
    def sounds_official(self) -> bool:
        """Whether the name may be taken for an election supervisor's."""
        return any(word in self.name.casefold() for word in _OFFICIAL_WORDS)


class Desks:
    def __init__(self, desks: Mapping[str, Desk]) -> None:
        self._desks = dict(desks)

    @classmethod
    def load(cls, path: Path) -> "Desks":
        """Read ``DESKS_FILE``. Raises OperatorError with the desk and key that is wrong."""
        try:
            values = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise OperatorError(f"DESKS_FILE {path} tidak dapat dibaca: {error}.") from error
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise OperatorError(
                f"{path}:{line}: berkas meja salah tulis: {error.problem}."
            ) from error
        if not isinstance(values, dict) or not values:
            raise OperatorError(f"{path}:1: berkas meja harus berisi sedikitnya satu meja.")
        return cls({str(name): _desk(path, str(name), value) for name, value in values.items()})

    def get(self, desk: str) -> Desk | None:
        return self._desks.get(desk)

    def all(self) -> list[Desk]:
        return list(self._desks.values())

    def at(self, channel: str, chat: str) -> Desk | None:
        """The desk that lives in a chat, or in a topic of it, if one does."""
        here = (desk for desk in self._desks.values() if desk.channel == channel)
        return next((desk for desk in here if desk.chat.partition("/")[0] == chat), None)

    def move(self, channel: str, old: str, new: str) -> None:
        """A chat goes on under a new name (a group that became a supergroup)."""
        for name, desk in self._desks.items():
            if (desk.channel, desk.chat) == (channel, old):
                self._desks[name] = desk.model_copy(update={"chat": new})

    def readers(self, region: str) -> list[Desk]:
        """Who may read a tip from a region code, nearest first: regency, province, national."""
        found: list[Desk] = []
        for code in (region, region.split(".")[0], NATIONAL):
            found += [d for d in self._tip_desks(code) if d not in found]
        return found

    def _tip_desks(self, code: str) -> list[Desk]:
        return [d for d in self._desks.values() if d.kind == "tip" and code in d.regions]


def _desk(path: Path, name: str, value: object) -> Desk:
    try:
        return Desk.model_validate({"id": name, **(value if isinstance(value, dict) else {})})
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise OperatorError(f"{path}: meja {name}, {key}: {first['msg']}.") from None

"""The law registry: which instruments a topic may cite, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from bot.errors import ContentError
from bot.fast_yaml import read_yaml

Status = Literal["berlaku", "diubah", "dicabut", "habis-masa", "terbatas"]


@dataclass(frozen=True, slots=True)
class Instrument:
    id: str
    short: str
    name: str
    kind: str
    status: Status
    by: tuple[str, ...] = ()
    issued: date | None = None
    note: str = ""
    confidence: str = ""
    checked: date | None = None


def load_law(path: Path) -> dict[str, Instrument]:
    """The registry by id. Raises `ContentError` with file and line."""
    try:
        values = read_yaml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{path}:1: daftar peraturan tidak dapat dibaca ({error}).") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContentError(f"{path}:{line}: salah tulis: {error.problem}.") from error
    lines = _lines(path)
    return {name: _instrument(path, lines.get(name, 1), name, v) for name, v in values.items()}


def _lines(path: Path) -> dict[str, int]:
    text = path.read_text(encoding="utf-8").splitlines()
    return {line.split(":")[0]: n for n, line in enumerate(text, 1) if line and line[0].isalpha()}


def _instrument(path: Path, line: int, name: str, value: Mapping[str, Any]) -> Instrument:
    missing = [key for key in ("short", "name", "kind", "status") if not value.get(key)]
    if missing:
        raise ContentError(f"{path}:{line}: {name} belum punya {', '.join(missing)}.")
    if value["status"] not in get_args(Status):
        raise ContentError(
            f"{path}:{line}: status {name} harus salah satu dari {get_args(Status)}."
        )
    return Instrument(
        name,
        value["short"],
        value["name"],
        value["kind"],
        value["status"],
        tuple(value.get("by") or ()),
        value.get("date"),
        value.get("note", ""),
        value.get("confidence", ""),
        value.get("checked"),
    )

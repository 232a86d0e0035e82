"""What a check may find, and how errors of the loaders become findings."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from bot.errors import ContentError

Severity = Literal["galat", "peringatan"]
Result = TypeVar("Result")
_ERROR = re.compile(r"^(?P<path>.+?):(?P<line>\d+): (?P<message>.+)$", re.DOTALL)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding; ``line`` counts from 1, ``message`` is one Indonesian sentence."""

    path: Path
    line: int
    severity: Severity
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def error(path: Path, line: int, message: str) -> Problem:
    """A finding that must be mended before the content may be used."""
    return Problem(path, line, "galat", message)


def hint(path: Path, line: int, message: str) -> Problem:
    """A finding that a curator may weigh and leave."""
    return Problem(path, line, "peringatan", message)


def from_error(raised: ContentError, path: Path) -> Problem:
    """The loaders' ``file:line: message`` as a finding; ``path`` where they name no file."""
    match = _ERROR.match(str(raised))
    if match is None:
        return error(path, 1, str(raised))
    return error(Path(match["path"]), int(match["line"]), match["message"])


def attempt(load: Callable[[], Result], path: Path, found: list[Problem]) -> Result | None:
    """What ``load`` gives, or None with its error added to ``found``."""
    try:
        return load()
    except ContentError as raised:
        found.append(from_error(raised, path))
    except (OSError, UnicodeDecodeError) as raised:
        found.append(error(path, 1, f"berkas tidak dapat dibaca ({raised})."))
    return None

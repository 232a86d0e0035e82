"""YAML files as texts with their keys and lines, for findings that name a line."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.errors import ContentError

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Entry:
    """A scalar: its dotted key (list places count from 0), its line and what it says."""

    key: str
    line: int
    text: str


def read_entries(path: Path) -> list[Entry]:
    """Every scalar of a YAML file, in file order. Raises `ContentError` with file and line."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
        return list(_scalars("", root)) if root else []
    except (OSError, UnicodeDecodeError) as raised:
        raise ContentError(f"{path}:1: berkas tidak dapat dibaca ({raised}).") from raised
    except yaml.MarkedYAMLError as raised:
        line = raised.problem_mark.line + 1 if raised.problem_mark else 1
        raise ContentError(f"{path}:{line}: berkas salah tulis: {raised.problem}.") from raised
    except (yaml.YAMLError, RecursionError) as raised:
        raise ContentError(f"{path}:1: berkas tidak dapat dibaca sebagai YAML.") from raised


def _scalars(key: str, node: yaml.Node) -> Iterator[Entry]:
    prefix = f"{key}." if key else ""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield from _scalars(f"{prefix}{name.value}", value)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from _scalars(f"{prefix}{place}", value)
    else:
        yield Entry(key, node.start_mark.line + 1, str(node.value))

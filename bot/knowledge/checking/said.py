"""Which sentences the program says, and which fields it fills in, read from its source.

A curator may use ``{field}`` only where the program fills that field in: any other would stop the
conversation. Reading the source keeps the rule true without a second list to maintain.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_SPEAKERS = ("say", "plain")
_TEMPLATE_CALL = re.compile(
    r"\b(?:say|plain)\((?P<quote>[\"'])(?P<key>[^\"']+)(?P=quote)(?P<rest>[^)]*)\)"
)
_TEMPLATE_FIELD = re.compile(r"\b(\w+)\s*=")
_KEY = re.compile(r"^[a-z_]+(\.[\w/-]+)+$")
_SOURCE = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Said:
    """One call: ``pattern`` matches the keys it may say, ``key`` is set where it is a fixed one."""

    pattern: re.Pattern[str]
    fields: frozenset[str]
    key: str | None = None


@cache
def program() -> tuple[Said, ...]:
    """Every call of the installed program."""
    return tuple(calls([_SOURCE / "bot", _SOURCE / "handlers"]))


def calls(folders: Iterable[Path]) -> Iterator[Said]:
    """The calls in the Python files and page templates below the folders."""
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            yield from _in_python(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("templates/**/*.html")):
            yield from _in_template(path.read_text(encoding="utf-8"))


def fields_of(key: str, said: Iterable[Said]) -> frozenset[str]:
    """The fields that may stand in a sentence; every known one where no call is recognised."""
    said = list(said)
    matching = [call.fields for call in said if call.pattern.fullmatch(key)]
    return frozenset().union(*(matching or [call.fields for call in said]))


def _in_python(source: str) -> Iterator[Said]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args or not _speaks(node.func):
            continue
        fields = frozenset(word.arg for word in node.keywords if word.arg)
        match node.args[0]:
            case ast.Constant(value=str(key)) if _KEY.match(key):
                yield Said(re.compile(re.escape(key)), fields, key)
            case ast.JoinedStr(values=parts) if any(isinstance(p, ast.Constant) for p in parts):
                if all(word.arg for word in node.keywords):
                    yield Said(re.compile("".join(map(_pattern, parts))), fields)


def _speaks(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        is_text = isinstance(function.value, ast.Name) and function.value.id == "Text"
        return function.attr in _SPEAKERS and not is_text
    return isinstance(function, ast.Name) and function.id in _SPEAKERS


def _pattern(part: ast.expr) -> str:
    return re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+"


def _in_template(source: str) -> Iterator[Said]:
    """Page templates name their sentences without the first word of the key, which is ``web``."""
    for match in _TEMPLATE_CALL.finditer(source):
        if "~" not in match["rest"]:
            key = f"web.{match['key']}"
            fields = frozenset(_TEMPLATE_FIELD.findall(match["rest"]))
            yield Said(re.compile(re.escape(key)), fields, key)

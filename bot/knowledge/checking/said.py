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

_SPEAKERS = ("say", "plain", "_say")  # the last: a handler's own short way to one reply
_TEMPLATE_CALL = re.compile(
    r"\b(?:say|plain)\((?P<quote>[\"'])(?P<key>[^\"']+)(?P=quote)(?P<rest>[^{}]*)"
)
_TEMPLATE_FIELD = re.compile(r"\b(\w+)\s*=(?!=)")
_KEY = re.compile(r"^[a-z_]+(\.[\w/-]+)+$")
_NOTHING = re.compile(r"(?!)")
_SOURCE = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Said:
    """One call: ``pattern`` matches the keys it may say, ``key`` is set where it is a fixed one.

    ``fills`` is false for `Wording.plain`, which shows a sentence as it stands.
    """

    pattern: re.Pattern[str]
    fields: frozenset[str]
    key: str | None = None
    fills: bool = True


@cache
def program() -> tuple[Said, ...]:
    """Every call of the installed program."""
    return tuple(calls([_SOURCE / "bot", _SOURCE / "handlers"]))


def calls(folders: Iterable[Path]) -> Iterator[Said]:
    """The calls in the Python files and page templates below the folders."""
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            yield from _in_python(path.read_text(encoding="utf-8"))
        for path in sorted((*folder.rglob("*.html"), *folder.rglob("*.svg"))):
            prefix = "web." if path.parts[-3:-1] == ("web", "templates") else ""
            yield from _in_template(path.read_text(encoding="utf-8"), prefix)


def fields_of(key: str, said: Iterable[Said]) -> frozenset[str]:
    """The fields that may stand in a sentence; every known one where no call is recognised."""
    filling = [call for call in said if call.fills]
    matching = [call.fields for call in filling if call.pattern.fullmatch(key)]
    return frozenset().union(*(matching or [call.fields for call in filling]))


def _in_python(source: str) -> Iterator[Said]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and _speaks(node.func):
            fields = frozenset(word.arg for word in node.keywords if word.arg)
            fills = not isinstance(node.func, ast.Attribute) or node.func.attr == "say"
            passes_on = any(word.arg is None for word in node.keywords)
            yield Said(_NOTHING, fields) if passes_on else _said(_key(node), fields, fills)


def _key(call: ast.Call) -> ast.expr:
    """The sentence's name: the first argument, or the first text among them."""
    texts = (a for a in call.args if isinstance(a, ast.JoinedStr | ast.Constant))
    return next(texts, call.args[0])


def _said(key: ast.expr, fields: frozenset[str], fills: bool) -> Said:
    match key:
        case ast.Constant(value=str(name)) if _KEY.match(name):
            return Said(re.compile(re.escape(name)), fields, name, fills)
        case ast.JoinedStr(values=[ast.Constant(), *_] as parts) if fields or len(parts) > 1:
            return Said(re.compile("".join(map(_pattern, parts))), fields, None, fills)
    return Said(_NOTHING, fields, None, fills)


def _speaks(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        is_text = isinstance(function.value, ast.Name) and function.value.id == "Text"
        return function.attr in _SPEAKERS and not is_text
    return isinstance(function, ast.Name) and function.id in _SPEAKERS


def _pattern(part: ast.expr) -> str:
    return re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+"


def _in_template(source: str, prefix: str) -> Iterator[Said]:
    """The calls of a page template; ``prefix`` is what its keys leave out."""
    for match in _TEMPLATE_CALL.finditer(source):
        fields = frozenset(_TEMPLATE_FIELD.findall(match["rest"]))
        key = prefix + match["key"]
        if _KEY.match(key) and "~" not in match["rest"].partition(",")[0]:
            yield Said(re.compile(re.escape(key)), fields, key)
        else:
            yield Said(_NOTHING, fields)

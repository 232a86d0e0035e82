"""Checks what goes over the wire against the machine-readable Bot API, where that lies beside the
project; without it nothing is found wrong."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tests.fakes.bot_api_calls import Call

SPECIFICATION = (
    Path(__file__).resolve().parents[3] / "shared" / "contracts" / "telegram_bot_api.json"
)
_PLAIN: dict[str, type | tuple[type, ...]] = {
    "Integer": int,
    "String": str,
    "Boolean": bool,
    "Float": (int, float),
    "InputFile": str,
}


def complaints(call: Call) -> list[str]:
    """What the specification has against a call."""
    methods = specification()["methods"]
    if call.method not in methods:
        return [f"{call.method}: unknown method"] if methods else []
    fields = methods[call.method].get("fields", [])
    values = _from_form(fields, call.values) if call.uploads else call.values
    values = values | {name: "attach://" for name in call.uploads if name in _names(fields)}
    return _fields(call.method, fields, values)


def in_answer(method: str, result: Any) -> list[str]:
    """What the specification has against the result of a call."""
    kinds = specification()["methods"].get(method, {}).get("returns", [])
    return _any(f"answer to {method}", kinds, result) if kinds else []


def in_update(update: Any) -> list[str]:
    """What the specification has against an update."""
    return _one("", "Update", update) if specification()["types"] else []


@cache
def specification() -> Any:
    if not SPECIFICATION.exists():
        return {"methods": {}, "types": {}}
    return json.loads(SPECIFICATION.read_text())


def _from_form(fields: list[Any], values: dict[str, Any]) -> dict[str, Any]:
    """Forms carry everything but text as JSON."""
    text = {field["name"] for field in fields if field["types"] == ["String"]}
    return {name: value if name in text else _decoded(value) for name, value in values.items()}


def _decoded(value: Any) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _names(fields: list[Any]) -> set[str]:
    return {field["name"] for field in fields}


def _fields(where: str, fields: list[Any], values: dict[str, Any]) -> list[str]:
    found = [f"{where}: unknown field {name}" for name in values.keys() - _names(fields)]
    for field in fields:
        name = field["name"]
        if name in values:
            found += _any(f"{where}.{name}", field["types"], values[name])
        elif field["required"]:
            found.append(f"{where}: {name} is missing")
    return found


def _any(where: str, kinds: Sequence[str], value: Any) -> list[str]:
    """Nothing when the value is of one of the kinds."""
    tries = (_one(where, kind, value) for kind in kinds)
    found = [] if len(kinds) == 1 else [f"{where} is none of {kinds}"]
    for wrong in tries:
        if not wrong:
            return []
        found = found or wrong
    return found


def _one(where: str, kind: str, value: Any) -> list[str]:
    if kind.startswith("Array of "):
        inner = kind.removeprefix("Array of ")
        if not isinstance(value, list):
            return [f"{where} is no list"]
        return [wrong for each in value for wrong in _one(f"{where}[]", inner, each)]
    if kind in _PLAIN:
        fits = isinstance(value, _PLAIN[kind]) and isinstance(value, bool) == (kind == "Boolean")
        return [] if fits else [f"{where} is no {kind}"]
    declared = specification()["types"][kind]
    if subtypes := declared.get("subtypes"):
        return _any(where, subtypes, value)
    if not isinstance(value, dict):
        return [f"{where} is no {kind}"]
    return _fields(f"{where} {kind}".strip(), declared.get("fields", []), value)

"""Checks calls against the machine-readable Bot API, where that lies beside the project."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.fakes.bot_api import Call

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
    """What the specification has against a call; nothing where the specification is absent."""
    if not SPECIFICATION.exists():
        return []
    methods = _specification()["methods"]
    if call.method not in methods:
        return [f"{call.method}: unknown method"]
    from_form = bool(call.uploads)
    values = {k: _decoded(v) if from_form else v for k, v in call.values.items()}
    values |= {name: "attach://" for name in call.uploads if not name.startswith("attached")}
    return _object(call.method, methods[call.method].get("fields", []), values)


@cache
def _specification() -> Any:
    return json.loads(SPECIFICATION.read_text())


def _decoded(value: Any) -> Any:
    """Forms carry everything but text as JSON."""
    try:
        return json.loads(value)
    except ValueError:
        return value


def _object(where: str, fields: list[Any], values: dict[str, Any]) -> list[str]:
    known = {field["name"]: field for field in fields}
    found = [f"{where}: unknown field {name}" for name in values if name not in known]
    for name, field in known.items():
        if name not in values:
            found += [f"{where}: {name} is missing"] if field["required"] else []
        elif not any(_fits(kind, values[name]) for kind in field["types"]):
            found.append(f"{where}: {name} is none of {field['types']}")
    return found


def _fits(kind: str, value: Any) -> bool:
    if kind.startswith("Array of "):
        inner = kind.removeprefix("Array of ")
        return isinstance(value, list) and all(_fits(inner, each) for each in value)
    if kind in _PLAIN:
        return isinstance(value, _PLAIN[kind]) and not (kind == "Integer" and value is True)
    declared = _specification()["types"][kind]
    if subtypes := declared.get("subtypes"):
        return any(_fits(each, value) for each in subtypes)
    return isinstance(value, dict) and not _object(kind, declared.get("fields", []), value)

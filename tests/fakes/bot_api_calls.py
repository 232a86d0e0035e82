"""A call as it arrives, and the table of methods that it is looked up in."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.bot_api_world import ApiError, Json, World, bad

Upload = tuple[str, bytes]  # file name, content


@dataclass
class Params:
    """The parameters of one call, in their declared types, and the files that came with it."""

    values: Json
    uploads: dict[str, Upload]

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def upload(self, value: Any, name: str) -> Upload | str:
        """New bytes, or the id of a file that Telegram has."""
        if isinstance(value, str) and value.startswith("attach://"):
            value = value.removeprefix("attach://")
            if value not in self.uploads:
                raise bad("attached file not found")
            return self.uploads[value]
        return self.uploads.get(name) or str(value)


@dataclass(frozen=True)
class Call:
    """One call as it arrived."""

    method: str
    values: Json
    uploads: dict[str, Upload]


Run = Callable[[World, Params], Any]
_TABLE: dict[str, tuple[dict[str, str], Run]] = {}
_DELIVERY = {
    "getUpdates": {"offset": "int", "limit": "int", "timeout": "int", "allowed_updates": "list"},
    "setWebhook": {
        "url!": "str",
        "secret_token": "str",
        "max_connections": "int",
        "allowed_updates": "list",
    },
    "deleteWebhook": {"drop_pending_updates": "bool"},
    "getWebhookInfo": {},
}


def method(name: str, **fields: str) -> Callable[[Run], Run]:
    """Declare a method; a field's name with ``!`` (in a dict) is required."""

    def declare(run: Run) -> Run:
        _TABLE[name] = (fields, run)
        return run

    return declare


def run(world: World, name: str, raw: Json, uploads: dict[str, Upload]) -> Any:
    """Check the parameters of a call and do it. Raises ApiError."""
    if name not in _TABLE:
        raise ApiError(404, "Not Found")
    fields, do = _TABLE[name]
    return do(world, Params(_checked(fields, raw, uploads), uploads))


def declared(name: str) -> dict[str, str]:
    """The parameters that a method takes here, with ``!`` where it is required, and their types."""
    return _TABLE[name][0] if name in _TABLE else _DELIVERY[name]


def names() -> list[str]:
    """Every method."""
    return [*_TABLE, *_DELIVERY]


def unknown(call: Call) -> list[str]:
    """What Telegram would silently overlook in a call: a bug of the caller."""
    if call.method not in names():
        return [f"{call.method}: unknown method"]
    known = {key.rstrip("!") for key in declared(call.method)}
    return [f"{call.method}: unknown field {name}" for name in call.values if name not in known]


def _checked(fields: dict[str, str], raw: Json, uploads: dict[str, Upload]) -> Json:
    values: Json = {}
    for key, kind in fields.items():
        name = key.rstrip("!")
        if name in raw:
            values[name] = _typed(name, kind, raw[name])
        elif key.endswith("!") and name not in uploads:
            raise bad(f'parameter "{name}" is required')
    return values


def _typed(name: str, kind: str, value: Any) -> Any:
    if kind in ("list", "dict") and isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name} JSON object") from None
    if kind in ("int", "bool", "chat") and isinstance(value, str):
        value = {"true": True, "false": False}.get(value.lower(), value)
        value = int(value) if isinstance(value, str) and value.lstrip("-").isdecimal() else value
    expected = {"int": int, "bool": bool, "str": str, "list": list, "dict": dict, "chat": int}
    if not isinstance(value, expected.get(kind, object)):
        raise bad(f"{name} must be of type {kind}")
    return value


def canonical(name: str) -> str:
    """A method's name as it is documented; any case is taken."""
    return next((known for known in names() if known.lower() == name.lower()), name)

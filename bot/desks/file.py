"""``DESKS_FILE``: desks by their ids, and ``saklar``, a list of switches."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.desks.desk import Desk
from bot.desks.switches import Switch, Switches
from bot.errors import OperatorError

_SWITCHES = "saklar"
Listed = tuple[Mapping[str, Desk], Switches]
"""What the file holds."""

_Model = TypeVar("_Model", bound=BaseModel)


def read_desks(path: Path) -> Listed:
    """Raises OperatorError with the desk, or the switch, and the key that is wrong."""
    values = _mapping(path)
    listed = values.pop(_SWITCHES, None) or []
    if not isinstance(listed, list):
        raise OperatorError(f"{path}: {_SWITCHES} harus berupa daftar.")
    if not values:
        raise _empty(path)
    desks = {
        str(name): _valid(Desk, {"id": str(name), **_fields(value)}, f"{path}: meja {name}")
        for name, value in values.items()
    }
    switches = [
        _valid(Switch, _fields(value), f"{path}: {_SWITCHES} ke-{number}")
        for number, value in enumerate(listed, 1)
    ]
    return desks, Switches(switches)


def _mapping(path: Path) -> dict[Any, Any]:
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"DESKS_FILE {path} tidak dapat dibaca: {error}.") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise OperatorError(f"{path}:{line}: berkas meja salah tulis: {error.problem}.") from error
    if not isinstance(values, dict):
        raise _empty(path)
    return values


def _empty(path: Path) -> OperatorError:
    return OperatorError(f"{path}:1: berkas meja harus berisi sedikitnya satu meja.")


def _fields(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _valid(model: type[_Model], value: dict[str, Any], where: str) -> _Model:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise OperatorError(f"{where}, {key}: {first['msg']}.") from None

"""Everything the assistant says, by key, from ``content/wording/*.yaml``.

The key is the file's name and the path inside it, joined by dots: ``tip.consent.telegram``.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.chat.text import Text, markup
from bot.errors import ContentError
from bot.fast_yaml import read_yaml


class Wording:
    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = dict(texts)

    @classmethod
    def load(cls, folder: Path) -> "Wording":
        """Read every file of the folder. Raises `ContentError` with file and line."""
        texts: dict[str, str] = {}
        for path in sorted(folder.glob("*.yaml")):
            _flatten(path, path.stem, _read(path), texts)
        if not texts:
            raise ContentError(f"{folder}:1: tidak ada berkas kalimat. Periksa CONTENT_DIR.")
        return cls(texts)

    def say(self, key: str, **fields: str | Text) -> Text:
        """The text with its fields filled in, taken literally. Raises KeyError for unknown keys."""
        return markup(self._texts[key], **fields)

    def plain(self, key: str) -> str:
        """The text as it stands, for labels."""
        return self._texts[key]

    def has(self, key: str) -> bool:
        return key in self._texts

    def keys(self) -> set[str]:
        return set(self._texts)

    def under(self, prefix: str) -> dict[str, str]:
        """Every text below a key, by the rest of its path."""
        start = prefix + "."
        return {k.removeprefix(start): v for k, v in self._texts.items() if k.startswith(start)}


def _read(path: Path) -> Any:
    try:
        return read_yaml(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContentError(f"{path}:{line}: berkas salah tulis: {error.problem}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{path}:1: berkas tidak dapat dibaca ({error}).") from error


def _flatten(path: Path, key: str, value: Any, into: dict[str, str]) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(name, str | int) or isinstance(name, bool):
                raise ContentError(f"{path}:1: kunci {name!r} di {key} harus diberi tanda kutip.")
            _flatten(path, f"{key}.{name}", inner, into)
    elif isinstance(value, str):
        into[key] = value.strip()
    else:
        raise ContentError(f"{path}:1: {key} harus berisi kalimat.")

"""Reading what curators write: one style of errors."""

from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ContentError

_MARK = "---\n"
_IN_INDONESIAN = {
    "mapping values are not allowed here": (
        "kalimat yang memuat titik dua harus ditulis di antara tanda petik"
    )
}


class Entry(dict[str, Any]):
    """A mapping of a curated file that knows where it stands."""

    path: Path = Path()
    line: int = 1

    def fail(self, message: str) -> ContentError:
        return ContentError(f"{self.path}:{self.line}: {message}")

    def text(self, key: str) -> str:
        """A filled text. Raises `ContentError`."""
        value = self.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.fail(f"{key!r} harus berisi kalimat.")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty where the key is missing. Raises `ContentError`."""
        value = self.get(key) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fail(f"{key!r} harus berisi daftar kalimat yang dimulai dengan '- '.")
        return tuple(item.strip() for item in value)

    def day(self, key: str) -> date:
        """A date. Raises `ContentError`."""
        value = self.get(key)
        if not isinstance(value, date):
            raise self.fail(f"{key!r} harus tanggal, misalnya 2026-11-21.")
        return value

    def entries(self, key: str) -> tuple["Entry", ...]:
        """A list of mappings, empty where the key is missing. Raises `ContentError`."""
        return _all_entries(self, key, self.get(key) or [])

    def section(self, key: str) -> "Entry":
        """A mapping, empty where the key is missing. Raises `ContentError`."""
        value = self.get(key)
        if value is None:
            value = Entry()
            value.path, value.line = self.path, self.line
        if not isinstance(value, Entry):
            raise self.fail(f"{key!r} harus berisi baris kunci: nilai.")
        return value


def read_entry(path: Path) -> Entry:
    """A YAML file whose top is a mapping. Raises `ContentError` with file and line."""
    value = _parse(path, _text(path), 0)
    if not isinstance(value, Entry):
        raise ContentError(f"{path}:1: berkas harus berisi baris kunci: nilai.")
    return value


def read_entries(path: Path) -> tuple[Entry, ...]:
    """A YAML file whose top is a list of mappings. Raises `ContentError` with file and line."""
    top = Entry()
    top.path = path
    return _all_entries(top, path.name, _parse(path, _text(path), 0) or [])


def read_page(path: Path) -> tuple[Entry, str]:
    """A Markdown file with a head between ``---`` lines: head and body. Raises `ContentError`."""
    text = _text(path)
    if not text.startswith(_MARK) or f"\n{_MARK}" not in text[len(_MARK) :]:
        raise ContentError(f"{path}:1: berkas harus dimulai dengan kepala di antara dua baris ---.")
    head, _, body = text[len(_MARK) :].partition(f"\n{_MARK}")
    value = _parse(path, head, 1)
    if not isinstance(value, Entry):
        raise ContentError(f"{path}:2: kepala berkas harus berisi baris kunci: nilai.")
    return value, body.strip()


def _all_entries(owner: Entry, key: str, value: Any) -> tuple[Entry, ...]:
    if not isinstance(value, list) or not all(isinstance(item, Entry) for item in value):
        raise owner.fail(f"{key!r} harus berisi daftar yang tiap butirnya punya kunci: nilai.")
    return tuple(value)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{path}:1: berkas tidak dapat dibaca ({error}).") from error


def _parse(path: Path, text: str, lines_before: int) -> Any:
    try:
        loader = _Loader(text)
        loader.path, loader.lines_before = path, lines_before
        return loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = _IN_INDONESIAN.get(str(error.problem), error.problem)
        raise ContentError(f"{path}:{line + lines_before}: salah tulis: {problem}.") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ContentError(f"{path}:1: salah tulis: {error}.") from error


class _Loader(yaml.SafeLoader):
    """YAML whose mappings know their lines."""

    path: Path
    lines_before: int


def _construct(loader: _Loader, node: yaml.MappingNode) -> Entry:
    entry = Entry()
    entry.path, entry.line = loader.path, node.start_mark.line + 1 + loader.lines_before
    for key, value in loader.construct_mapping(node, deep=True).items():
        if isinstance(key, float):
            raise entry.fail(f'kode wilayah {key} harus ditulis dalam tanda petik: "11.10".')
        entry[str(key)] = value
    return entry


_Loader.add_constructor("tag:yaml.org,2002:map", _construct)

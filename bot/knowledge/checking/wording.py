"""The sentences of ``wording/*.yaml``: their fields, their markup, and what may not be shown."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.knowledge.checking.problems import Problem, attempt, error
from bot.knowledge.checking.said import Said, fields_of, program
from bot.knowledge.checking.shown import ShownRules
from bot.knowledge.checking.yaml_lines import Entry, read_entries

_LISTED = 8  # more fields than this are not worth naming
_FIELD = re.compile(r"\{([^{}]*)\}")


def read_wording(folder: Path, found: list[Problem]) -> dict[Path, list[Entry]]:
    """The sentences of every file, their keys beginning with the file's name."""
    files: dict[Path, list[Entry]] = {}
    for path in sorted(folder.glob("*.yaml")):
        entries = attempt(lambda path=path: read_entries(path), path, found)  # type: ignore[misc]
        named = [Entry(f"{path.stem}.{e.key}", e.line, e.text) for e in entries or ()]
        files[path] = named
    if not files:
        found.append(error(folder, 1, "tidak ada berkas kalimat."))
    return files


def wording_problems(
    files: Mapping[Path, Sequence[Entry]], shown: ShownRules, said: Sequence[Said] | None = None
) -> Iterator[Problem]:
    """What is wrong with single sentences, and the sentences that the program misses."""
    said = program() if said is None else said
    for path, entries in files.items():
        for entry in entries:
            for fault in _faults(entry, shown, said):
                yield error(path, entry.line, f"{entry.key}: {fault}")
    yield from _missing(files, said)


def _faults(entry: Entry, shown: ShownRules, said: Sequence[Said]) -> Iterator[str]:
    allowed = fields_of(entry.key, said)
    for name in _FIELD.findall(entry.text):
        if name not in allowed:
            yield f"isian {{{name}}} tidak dikenal di sini{_available(allowed)}."
    if entry.text.count("{") != entry.text.count("}"):
        yield "kurung kurawal isian tidak berpasangan."
    if any(line.count("*") % 2 for line in entry.text.splitlines()):
        yield "tanda * untuk huruf tebal tidak berpasangan dalam satu baris."
    if not entry.text.strip():
        yield "kalimatnya kosong."
    yield from shown.faults(entry.text)


def _available(allowed: frozenset[str]) -> str:
    if len(allowed) > _LISTED:
        return ""
    listed = ", ".join(sorted(f"{{{field}}}" for field in allowed)) or "tidak ada"
    return f"; yang tersedia: {listed}"


def _missing(files: Mapping[Path, Sequence[Entry]], said: Sequence[Said]) -> Iterator[Problem]:
    known = {entry.key for entries in files.values() for entry in entries}
    by_name = {path.stem: path for path in files}
    for key in sorted({call.key for call in said if call.key}):
        path = by_name.get(key.split(".")[0])
        if path and key not in known and not any(k.startswith(f"{key}.") for k in known):
            yield error(path, 1, f"kalimat {key} dipakai program tetapi belum ada.")

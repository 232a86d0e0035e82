"""``content check``: every problem of a content folder at once, each with file and line."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.checking import others
from bot.knowledge.checking.around import around_problems
from bot.knowledge.checking.page import Page, read_page
from bot.knowledge.checking.phrasings import OUTSIDE, Placed, duplicate_problems
from bot.knowledge.checking.problems import Problem, attempt, error
from bot.knowledge.checking.schema import read_checked
from bot.knowledge.checking.shown import ShownRules
from bot.knowledge.checking.topic_rules import Known, page_problems, topic_problems
from bot.knowledge.checking.wording import read_wording, wording_problems
from bot.knowledge.checking.yaml_lines import read_entries
from bot.knowledge.law import Instrument, load_law
from bot.knowledge.topics import Topic

__all__ = ["Problem", "check_content"]


@dataclass(frozen=True, slots=True)
class _File:
    """One topic file: as a reader sees it, and as the parser does (None when it refuses)."""

    path: Path
    page: Page
    topic: Topic | None


def check_content(
    folder: Path, more: Sequence[Callable[[Path], Iterable[Problem]]] = ()
) -> list[Problem]:
    """Every problem of a content folder, in the order of files and lines; empty when clean.

    Never stops at the first error. ``more`` holds rules for what knowledge does not know, the tip
    form above all (`bot.content_check`).
    """
    found: list[Problem] = []
    law = _law(folder / "law" / "instruments.yaml", found)
    shown = ShownRules(law)
    files = _files(folder / "faq", found)
    ids = {file.path.stem for file in files}
    known = Known(ids, law, shown)
    for file in files:
        found += page_problems(file.path, file.page, known)
        if file.topic:
            found += topic_problems(file.topic, file.page, known)
    found += duplicate_problems([*_phrasings(files), *_outside(folder / "out-of-scope.tsv")])
    wording = read_wording(folder / "wording", found)
    found += wording_problems(wording, shown)
    found += others.category_problems(folder, {f.path: f.path.parent.name for f in files})
    found += others.ask_back_problems(folder, ids, shown)
    found += others.list_problems(folder, ids)
    found += others.institution_problems(folder, shown)
    found += others.article_map_problems(folder, law)
    found += around_problems(folder, ids, law, shown)
    for rule in more:
        found += rule(folder)
    return sorted(set(found))


def _law(path: Path, found: list[Problem]) -> Mapping[str, Instrument]:
    """The registry, empty when it cannot be read; every ``by`` must be in it."""
    entries = attempt(lambda: read_entries(path), path, found)
    if not entries or any("." not in entry.key for entry in entries):
        found.append(error(path, 1, "daftar peraturan harus berisi id dan keterangannya."))
        return {}
    law = attempt(lambda: load_law(path), path, found) or {}
    unknown = [e for e in entries if law and ".by." in e.key and e.text not in law]
    found += [error(path, e.line, f"peraturan {e.text} tidak ada di daftar.") for e in unknown]
    return law


def _files(folder: Path, found: list[Problem]) -> list[_File]:
    files: list[_File] = []
    seen: dict[str, Path] = {}
    for path in sorted(folder.glob("*/*.md")):
        text = attempt(lambda path=path: path.read_text(encoding="utf-8"), path, found)  # type: ignore[misc]
        if text is None:
            continue
        topic, problems = read_checked(path, text)
        found += problems
        if path.stem in seen:
            found.append(error(path, 1, f"id {path.stem} sudah dipakai {seen[path.stem]}."))
        seen.setdefault(path.stem, path)
        files.append(_File(path, read_page(text), topic))
    if not files:
        found.append(error(folder, 1, "tidak ada berkas topik."))
    return files


def _phrasings(files: list[_File]) -> Iterator[Placed]:
    for file in files:
        for line, phrasing in file.page.voiced:
            yield Placed(file.path, line, file.path.stem, phrasing.text)


def _outside(path: Path) -> Iterator[Placed]:
    """Out-of-scope examples with their lines; a broken line is named elsewhere."""
    lines = attempt(lambda: path.read_text(encoding="utf-8").splitlines(), path, []) or []
    for number, line in enumerate(lines[1:], 2):
        yield Placed(path, number, OUTSIDE, line.split("\t")[-1])

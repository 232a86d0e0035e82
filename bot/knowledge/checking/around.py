"""What stands around the answers: stages, pledge, sanctions, letters, notices, contacts."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from bot.knowledge.checking.problems import Problem, attempt, error
from bot.knowledge.checking.shown import NEW_CRIMINAL_LAW, ShownRules, has_penalty_figure
from bot.knowledge.checking.yaml_lines import Entry, read_entries
from bot.knowledge.law import Instrument
from bot.knowledge.reference import Reference

_YAML = (
    "stages.yaml",
    "sanctions.yaml",
    "ikrar.yaml",
    "announcement.yaml",
    "official.yaml",
    "contacts.yaml",
    "changes.yaml",
    "categories.yaml",
    "socialisation/poster.yaml",
)
_PAGES = ("templates/*.md", "socialisation/*.md")
_NOT_SHOWN = ("source", "sources", "law", "topic", "by")


def around_problems(
    folder: Path, topics: Collection[str], law: Mapping[str, Instrument], shown: ShownRules
) -> Iterator[Problem]:
    """Layout, references and shown text of everything around the answers."""
    found: list[Problem] = []
    attempt(lambda: Reference.load(folder, topics, law), folder, found)
    yield from found
    for name in _YAML:
        path = folder / name
        if path.exists():
            texts = [e for e in _scalars(path) if not set(e.key.split(".")) & {*_NOT_SHOWN}]
            yield from _text_problems(path, texts, shown)
    for pattern in _PAGES:
        for path in sorted(folder.glob(pattern)):
            yield from _text_problems(path, _lines(path), shown)


def _text_problems(path: Path, texts: Sequence[Entry], shown: ShownRules) -> Iterator[Problem]:
    noted = any(NEW_CRIMINAL_LAW in text.text for text in texts)
    for text in texts:
        for fault in shown.faults(text.text):
            yield error(path, text.line, fault)
        if has_penalty_figure(text.text) and not noted:
            yield error(path, text.line, f"angka pidana harus disertai catatan {NEW_CRIMINAL_LAW}.")


def _scalars(path: Path) -> list[Entry]:
    """The texts of a YAML file, none when its layout is wrong (which the loaders name)."""
    return attempt(lambda: read_entries(path), path, []) or []


def _lines(path: Path) -> list[Entry]:
    """The lines of a page, without those of its head that are not shown."""
    text = attempt(lambda: path.read_text(encoding="utf-8"), path, []) or ""
    numbered = [Entry(line.split(":")[0], n, line) for n, line in enumerate(text.splitlines(), 1)]
    return [line for line in numbered if line.key not in _NOT_SHOWN]

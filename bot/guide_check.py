"""``content check`` for the desks' guide: every name in it must exist elsewhere."""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from bot.desks.guide import Guide
from bot.knowledge.checking.problems import Problem, attempt, error
from bot.knowledge.checking.wording import read_wording
from bot.knowledge.checking.yaml_lines import Entry, read_entries
from bot.knowledge.law import load_law
from bot.tips.form import Form

Named = Callable[[str], str | None]
"""What is wrong with a text, None when nothing is."""


def guide_problems(folder: Path) -> Iterator[Problem]:
    """Unknown instruments, fields and questions, and categories of the form without a guide."""
    path = folder / "desk-guide.yaml"
    found: list[Problem] = []
    guide = attempt(lambda: Guide.load(path), path, found)
    form = attempt(lambda: Form.load(folder / "tip-form.yaml"), path, [])
    law = attempt(lambda: load_law(folder / "law" / "instruments.yaml"), path, []) or {}
    yield from found
    if guide is None or form is None:
        return
    for category in form.categories:
        if str(category) not in guide.kinds:
            yield error(path, 1, f"jenis {category} belum punya panduan.")
    rules: dict[str, Named] = {
        "basis": _instrument_in(law),
        "said": _one_of({field.name for field in form.fields}, "isian"),
        "ask": _one_of(_questions(folder), "pertanyaan"),
    }
    for entry in read_entries(path):
        rule = next((r for key, r in rules.items() if f".{key}." in entry.key), None)
        if fault := rule(entry.text) if rule else None:
            yield error(path, entry.line, fault)


def _instrument_in(law: Collection[str]) -> Named:
    def fault(text: str) -> str | None:
        name = text.partition(":")[0].partition(" ")[0]
        return None if name in law else f"peraturan {name} tidak ada di daftar."

    return fault


def _one_of(known: Collection[str], kind: str) -> Named:
    return lambda text: None if text in known else f"{kind} {text} tidak dikenal."


def _questions(folder: Path) -> set[str]:
    """The one-tap questions of the desk's wording."""
    prefix = "desk.questions."
    entries: list[Entry] = [e for es in read_wording(folder / "wording", []).values() for e in es]
    return {e.key.removeprefix(prefix).split(".")[0] for e in entries if e.key.startswith(prefix)}

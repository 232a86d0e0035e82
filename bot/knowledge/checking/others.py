"""Everything beside topics and wording: categories, ask-backs, word lists, institutions."""

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.knowledge.askback import load_ask_backs
from bot.knowledge.checking.problems import Problem, attempt, error, hint
from bot.knowledge.checking.shown import ShownRules
from bot.knowledge.checking.yaml_lines import read_entries
from bot.knowledge.examples import load_out_of_scope
from bot.knowledge.facets import Facets
from bot.knowledge.law import Instrument
from bot.knowledge.normalise import load_slang
from bot.knowledge.rules import Rules
from bot.limits import ASK_BACK_LABEL_MAX, OUT_OF_SCOPE_MIN

# To whom answers send people, so that they should be reachable.
_ADDRESSEES = ("bawaslu-ri", "bkn", "kemenpanrb", "lpsk", "sp4n-lapor")


def category_problems(folder: Path, topics: Mapping[Path, str]) -> Iterator[Problem]:
    """Every folder of topics has a name, and every name topics (``topics``: file to category)."""
    path = folder / "categories.yaml"
    found: list[Problem] = []
    named = {entry.key: entry for entry in attempt(lambda: read_entries(path), path, found) or ()}
    yield from found
    for topic, category in topics.items():
        if named and category not in named:
            yield error(topic, 1, f"bidang {category} belum ada di {path.name}.")
    for key in named.keys() - set(topics.values()):
        yield hint(path, named[key].line, f"bidang {key} belum punya topik.")


def ask_back_problems(
    folder: Path, topics: Collection[str], shown: ShownRules
) -> Iterator[Problem]:
    """Ask-backs name real topics and fit on a button."""
    path = folder / "faq" / "ask-back.yaml"
    found: list[Problem] = []
    entries = (attempt(lambda: read_entries(path), path, found) or []) if path.exists() else []
    for entry in entries:
        rest = entry.key.partition(".")[2]
        if rest.startswith(("pair.", "choices.")) and entry.text not in topics:
            found.append(error(path, entry.line, f"topik {entry.text} tidak ada."))
        label = rest.removeprefix("choices.")
        if label != rest and len(label) > ASK_BACK_LABEL_MAX:
            most = f"paling banyak {ASK_BACK_LABEL_MAX}"
            found.append(error(path, entry.line, f"label '{label}' {len(label)} huruf, {most}."))
        if rest == "ask":
            found += [error(path, entry.line, fault) for fault in shown.faults(entry.text)]
    if not found:
        attempt(lambda: load_ask_backs(path, topics), path, found)
    yield from found


def list_problems(folder: Path, topics: Collection[str]) -> Iterator[Problem]:
    """Word lists, rules, facets and the out-of-scope examples can be read."""
    found: list[Problem] = []
    loaders: tuple[tuple[str, Callable[[Path], Any]], ...] = (
        ("slang.tsv", load_slang),
        ("out-of-scope.tsv", load_out_of_scope),
        ("rules.yaml", lambda path: Rules.load(path, topics)),
        ("facets.yaml", Facets.load),
    )
    for name, load in loaders:
        path = folder / name
        attempt(lambda load=load, path=path: load(path), path, found)  # type: ignore[misc]
    yield from found
    yield from _outside_count(folder / "out-of-scope.tsv")


def _outside_count(path: Path) -> Iterator[Problem]:
    found: list[Problem] = []
    count = len(attempt(lambda: load_out_of_scope(path), path, found) or ())
    if not found and count < OUT_OF_SCOPE_MIN:
        yield error(
            path, 1, f"contoh di luar cakupan baru {count}, paling sedikit {OUT_OF_SCOPE_MIN}."
        )


def institution_problems(folder: Path, shown: ShownRules) -> Iterator[Problem]:
    """Successors exist, contacts are dated, and those whom answers name can be reached."""
    path = folder / "institutions.yaml"
    found: list[Problem] = []
    entries = attempt(lambda: read_entries(path), path, found) or []
    yield from found
    names = {entry.key.split(".")[0]: entry.line for entry in reversed(entries)}
    keys = {entry.key for entry in entries}
    for entry in entries:
        name, _, rest = entry.key.partition(".")
        if rest == "replaced_by" and entry.text not in names:
            yield error(path, entry.line, f"lembaga pengganti {entry.text} tidak ada.")
        if rest.endswith(".confidence") and entry.text == "low":
            yield hint(path, entry.line, f"kontak {name} belum dicocokkan dengan sumber resmi.")
        if rest.endswith(".value") and f"{entry.key.removesuffix('value')}checked" not in keys:
            yield error(
                path, entry.line, f"kontak {name} belum punya tanggal pemeriksaan (checked)."
            )
        if name != "kasn":
            yield from (error(path, entry.line, fault) for fault in shown.faults(entry.text))
    for name in _ADDRESSEES:
        if name in names and not any(key.startswith(f"{name}.contact.") for key in keys):
            yield hint(path, names[name], f"{name} belum punya kontak.")


def article_map_problems(folder: Path, law: Mapping[str, Instrument]) -> Iterator[Problem]:
    """The old-to-new map leads from registered laws to registered laws."""
    path = folder / "law" / "article-map.yaml"
    found: list[Problem] = []
    entries = attempt(lambda: read_entries(path), path, found) or []
    yield from found
    for entry in entries:
        if entry.key.endswith((".from", ".to")) and entry.text not in law:
            yield error(path, entry.line, f"peraturan {entry.text} tidak ada di daftar.")

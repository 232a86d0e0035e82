"""``content check`` for the whole folder: the rules of knowledge, and those of tips beside them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.guide_check import guide_problems
from bot.knowledge.check import check_content
from bot.knowledge.checking.problems import Problem, attempt, error, hint
from bot.knowledge.checking.wording import read_wording
from bot.knowledge.checking.yaml_lines import Entry, read_entries
from bot.knowledge.contacts import Contacts, missing_contacts
from bot.tips.exposure import ExposureFinder
from bot.tips.form import Field, Form
from bot.tips.place import Places
from bot.tips.receipts import ReceiptWords
from bot.tips.regions import Region
from bot.tips.story import StoryReader

# Sentences that one kind of field needs beside "name" and "ask" (handlers/telling/fields.py).
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "story": ("short",),
    "place": ("unknown", "which", "retype"),
    "day": ("unknown",),
    "category": ("unknown",),
    "link": ("unknown", "closed_group"),
    "choice": ("choices",),
}
_NEEDED_FIELDS = ("story", "place", "event", "who", "category")  # what a desk's card is made of
_REPLIES_MOST = 8  # to a tip that can be sent, the choice of the desk among them
_CATEGORIES = 9
_BY_REGION = ("stages.yaml", "contacts.yaml")
_NAMED = 12  # so many missing regions are named, more are counted


def check_all(folder: Path) -> list[Problem]:
    """Every problem of `CONTENT_DIR`, in the order of files and lines; empty when clean."""
    return check_content(folder, (form_problems, word_problems, region_problems, guide_problems))


def form_problems(folder: Path) -> Iterator[Problem]:
    """Every field of the tip form has the sentences with which it is asked."""
    path = folder / "tip-form.yaml"
    found: list[Problem] = []
    form = attempt(lambda: Form.load(path), path, found)
    yield from found
    wording = _sentences(folder / "wording")
    names = {e.text: e.line for e in _scalars(path) if e.key.endswith(".name")} if form else {}
    if form:
        yield from (error(path, names.get(n, 1), text) for n, text in _form_faults(form))
    for field in form.fields if form else ():
        for key in _needed(field):
            if key not in wording and not any(known.startswith(f"{key}.") for known in wording):
                yield error(
                    path, names.get(field.name, 1), f"isian {field.name} belum punya kalimat {key}."
                )


def _form_faults(form: Form) -> Iterator[tuple[str, str]]:
    """What is wrong with the form as a whole, with the field where that is."""
    names = [field.name for field in form.fields]
    for name in {name for name in names if names.count(name) > 1}:
        yield name, f"isian {name} ada dua kali."
    for name in _NEEDED_FIELDS:
        if name not in names:
            yield name, f"isian {name} harus ada."
    if sorted(form.categories) != list(range(1, _CATEGORIES + 1)):
        yield "", f"jenis harus bernomor 1 sampai {_CATEGORIES}."
    if form.most_questions() + 1 > _REPLIES_MOST:
        yield "", f"pertanyaan wajib terlalu banyak: paling banyak {_REPLIES_MOST} balasan."
    for field in form.fields:
        yield from ((field.name, fault) for fault in _field_faults(field, form))


def _field_faults(field: Field, form: Form) -> Iterator[str]:
    for number in (*field.asked_for, *field.only):
        if number not in form.categories:
            yield f"isian {field.name}: jenis {number} tidak ada."
    if field.after_said and form.find(field.after_said) is None:
        yield f"isian {field.name}: isian {field.after_said} tidak ada."
    if field.most < 1:
        yield f"isian {field.name}: most harus lebih dari 0."


def _needed(field: Field) -> list[str]:
    is_needed = field.required and not field.unknown and field.kind != "category"
    needed = ("needed",) if is_needed else ()
    needs = ("name", "ask", *_NEEDS.get(field.kind, ()), *needed)
    return [f"tip.fields.{field.name}.{need}" for need in needs]


def _sentences(folder: Path) -> Collection[str]:
    return {entry.key for entries in read_wording(folder, []).values() for entry in entries}


def word_problems(folder: Path) -> Iterator[Problem]:
    """The receipt words and the words by which stories are read can be used."""
    found: list[Problem] = []
    loaders: tuple[tuple[str, Callable[[Path], Any]], ...] = (
        ("receipt-words.txt", lambda path: ReceiptWords.load(path)),
        ("exposure.yaml", lambda path: ExposureFinder.load(path.parent)),
    )
    for name, load in loaders:
        path = folder / name
        attempt(lambda load=load, path=path: load(path), path, found)  # type: ignore[misc]
    yield from found


def region_problems(folder: Path) -> Iterator[Problem]:
    """Region codes exist, and which regions have no contact of their own."""
    found: list[Problem] = []
    aliases = folder / "places" / "aliases.yaml"
    places = attempt(lambda: Places.load(folder), aliases, found)
    yield from found
    if places is None:
        return
    yield from _story_problems(folder, places)
    provinces = places.provinces()
    regions = [child for province in provinces for child in places.children(province.code)]
    codes = {region.code for region in (*provinces, *regions)}
    for name in _BY_REGION:
        path = folder / name
        for entry in _scalars(path) if path.exists() else ():
            code = _region_of(entry)
            if code and code not in codes:
                yield error(path, entry.line, f"kode wilayah {code} tidak ada.")
    path = folder / "contacts.yaml"
    contacts = attempt(lambda: Contacts.load(path), path, [])
    if contacts is not None:
        yield from _gaps(path, contacts, provinces, "provinsi")
        yield from _gaps(path, contacts, regions, "kabupaten/kota")


def _gaps(
    path: Path, contacts: Contacts, regions: Sequence[Region], kind: str
) -> Iterator[Problem]:
    names = {region.code: region.name for region in regions}
    missing = missing_contacts(contacts, names)
    if missing:
        named = ": " + ", ".join(names[code] for code in missing) if len(missing) <= _NAMED else ""
        yield hint(
            path, 1, f"{len(missing)} dari {len(names)} {kind} belum punya kontak sendiri{named}."
        )


def _region_of(entry: Entry) -> str:
    """The code in a key such as ``regions.72.71.0.name``, whose own dot is one of the dots."""
    words = entry.key.split(".")
    if words[0] != "regions" or len(words) < 3:
        return ""
    return ".".join(words[1:-2])


def _story_problems(folder: Path, places: Places) -> Iterator[Problem]:
    found: list[Problem] = []
    attempt(lambda: StoryReader.load(folder, places), folder / "tip-story.yaml", found)
    yield from found


def _scalars(path: Path) -> list[Entry]:
    """The texts of a YAML file, none when its layout is wrong (which the loaders name)."""
    return attempt(lambda: read_entries(path), path, []) or []

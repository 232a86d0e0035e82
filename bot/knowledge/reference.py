"""What stands around the answers: pledge, sanctions, letters, addresses, notices, history."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.errors import ContentError
from bot.knowledge.contacts import Contacts
from bot.knowledge.curated import Entry, read_entries, read_entry, read_page
from bot.knowledge.law import Instrument
from bot.knowledge.stages import Stages
from bot.watched import Watched

ALL_TOPICS = "semua"
_YEAR = re.compile(r"(?:19|20)\d\d")
_LINK = re.compile(r"https://\S+")


@dataclass(frozen=True, slots=True)
class Citation:
    """An instrument of the law registry, and the part that is meant (may be empty)."""

    instrument: str
    part: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the ladder of sanctions: ``short`` for a chat, the rest for a page.

    ``topic`` explains it at length.
    """

    name: str
    short: str
    topic: str
    when: str
    what: tuple[str, ...]
    examples: str
    law: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    intro: str
    steps: tuple[Step, ...]
    others: tuple[str, ...]
    reviewed: date


@dataclass(frozen=True, slots=True)
class Pledge:
    title: str
    opening: str
    points: tuple[str, ...]
    closing: str
    source: str
    topic: str
    law: tuple[Citation, ...]
    reviewed: date


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that a person fills in himself; blanks stand in square brackets."""

    id: str
    order: int
    title: str
    for_whom: str
    to: str
    before: str
    topic: str
    body: str
    law: tuple[Citation, ...]
    reviewed: date


@dataclass(frozen=True, slots=True)
class OfficialAddress:
    """Where this service really is; ``link`` starts with https://."""

    channel: str
    name: str
    link: str


@dataclass(frozen=True, slots=True)
class Official:
    addresses: tuple[OfficialAddress, ...]
    reviewed: date


@dataclass(frozen=True, slots=True)
class Announcement:
    text: str
    start: date
    end: date

    def stands(self, today: date) -> bool:
        return bool(self.text) and self.start <= today <= self.end


@dataclass(frozen=True, slots=True)
class Change:
    """``topic`` is a topic's id or `ALL_TOPICS`."""

    day: date
    topic: str
    change: str


@dataclass(frozen=True, slots=True)
class RollCall:
    """A text to read aloud, in paragraphs."""

    title: str
    paragraphs: tuple[str, ...]
    law: tuple[Citation, ...]
    reviewed: date


@dataclass(frozen=True, slots=True)
class Poster:
    heading: str
    lead: str
    examples: tuple[str, ...]
    how: str
    promise: str
    footer: str
    card_footer: str


@dataclass(frozen=True, slots=True)
class Move:
    """An article of an old instrument and where its rule stands now."""

    old: Citation
    new: Citation
    note: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Everything around the answers. ``address`` is the public address, empty in the demo."""

    stages: Stages
    ladder: Ladder
    pledge: Pledge
    letters: Mapping[str, Letter]
    official: Watched[Official]
    announcement: Watched[Announcement]
    contacts: Watched[Contacts]
    changes: tuple[Change, ...]
    roll_call: RollCall
    poster: Poster
    moves: tuple[Move, ...]
    address: str = ""

    @classmethod
    def load(
        cls,
        folder: Path,
        topics: Collection[str],
        law: Mapping[str, Instrument],
        address: str = "",
    ) -> "Reference":
        """Read and cross-check. Raises `ContentError` with file and line."""
        social = folder / "socialisation"
        loaded = cls(
            Stages.load(folder / "stages.yaml"),
            _ladder(folder / "sanctions.yaml", topics, law),
            _pledge(folder / "ikrar.yaml", topics, law),
            _letters(folder / "templates", topics, law),
            Watched(folder / "official.yaml", _official),
            Watched(folder / "announcement.yaml", read_announcement),
            Watched(folder / "contacts.yaml", Contacts.load),
            _changes(folder / "changes.yaml", topics),
            _roll_call(social / "siaran.md", law),
            _poster(social / "poster.yaml"),
            _moves(folder / "law" / "article-map.yaml", law),
            address.rstrip("/"),
        )
        _check_stages(folder / "stages.yaml", loaded.stages, topics, law)
        return loaded

    def banner(self, today: date) -> str:
        """The announcement that stands today, or nothing."""
        found = self.announcement.get()
        return found.text if found.stands(today) else ""

    def history(self, topic: str) -> list[Change]:
        """What changed in a topic, newest first."""
        found = [c for c in self.changes if c.topic in (topic, ALL_TOPICS)]
        return sorted(found, key=lambda change: change.day, reverse=True)


def newest_first(law: Iterable[Instrument]) -> list[Instrument]:
    """Instruments by date; one without a date counts from the year in its id."""
    return sorted(law, key=_issued, reverse=True)


def status_key(instrument: Instrument) -> str:
    """The text below ``reference.law.status`` that says what became of an instrument."""
    return f"{instrument.status}_by" if instrument.by else instrument.status


def successors(instrument: Instrument, law: Mapping[str, Instrument]) -> str:
    """The short names of what changed or replaced an instrument."""
    return ", ".join(law[name].short if name in law else name for name in instrument.by)


def _issued(instrument: Instrument) -> tuple[date, str]:
    if instrument.issued:
        return instrument.issued, instrument.id
    years = _YEAR.findall(instrument.id)
    return date(int(years[-1]) if years else 1, 1, 1), instrument.id


def _citations(entry: Entry, law: Mapping[str, Instrument]) -> tuple[Citation, ...]:
    found = []
    for line in entry.texts("law"):
        name, _, part = line.partition(" ")
        found.append(Citation(_known(entry, law, name, "peraturan"), part.strip()))
    return tuple(found)


def _known(entry: Entry, known: Collection[str], name: str, kind: str) -> str:
    if name not in known:
        raise entry.fail(f"{kind} {name!r} tidak dikenal.")
    return name


def _check_stages(
    path: Path, stages: Stages, topics: Collection[str], law: Mapping[str, Instrument]
) -> None:
    for kind in stages.kinds.values():
        for name in {kind.topic} - set(topics) | set(kind.law) - set(law):
            raise ContentError(f"{path}:1: {kind.id} menyebut {name!r} yang tidak dikenal.")


def _ladder(path: Path, topics: Collection[str], law: Mapping[str, Instrument]) -> Ladder:
    top = read_entry(path)
    steps = tuple(
        Step(
            entry.text("name"),
            entry.text("short"),
            _known(entry, topics, entry.text("topic"), "topik"),
            entry.text("when"),
            entry.texts("what"),
            entry.text("examples"),
            _citations(entry, law),
        )
        for entry in top.entries("steps")
    )
    return Ladder(top.text("intro"), steps, top.texts("others"), top.day("reviewed"))


def _pledge(path: Path, topics: Collection[str], law: Mapping[str, Instrument]) -> Pledge:
    top = read_entry(path)
    return Pledge(
        top.text("title"),
        top.text("opening"),
        top.texts("points"),
        top.text("closing"),
        top.text("source"),
        _known(top, topics, top.text("topic"), "topik"),
        _citations(top, law),
        top.day("reviewed"),
    )


def _letters(
    folder: Path, topics: Collection[str], law: Mapping[str, Instrument]
) -> dict[str, Letter]:
    letters = [_letter(path, topics, law) for path in sorted(folder.glob("*.md"))]
    if not letters:
        raise ContentError(f"{folder}:1: tidak ada contoh surat. Periksa CONTENT_DIR.")
    return {letter.id: letter for letter in sorted(letters, key=lambda letter: letter.order)}


def _letter(path: Path, topics: Collection[str], law: Mapping[str, Instrument]) -> Letter:
    head, body = read_page(path)
    if "[" not in body:
        raise head.fail("surat tidak punya isian dalam kurung siku.")
    if not isinstance(head.get("order"), int):
        raise head.fail("'order' harus angka urutan.")
    return Letter(
        path.stem,
        head["order"],
        head.text("title"),
        head.text("for"),
        head.text("to"),
        head.text("before"),
        _known(head, topics, head.text("topic"), "topik"),
        body,
        _citations(head, law),
        head.day("reviewed"),
    )


def _official(path: Path) -> Official:
    top = read_entry(path)
    addresses = [
        OfficialAddress(entry.text("channel"), entry.text("name"), _link(entry))
        for entry in top.entries("addresses")
    ]
    return Official(tuple(addresses), top.day("reviewed"))


def _link(entry: Entry) -> str:
    if not _LINK.fullmatch(entry.text("link")):
        raise entry.fail("'link' harus alamat yang dimulai dengan https://.")
    return entry.text("link")


def read_announcement(path: Path) -> Announcement:
    """Raises `ContentError` with file and line."""
    top = read_entry(path)
    if top.get("text"):
        top.text("source")
    return Announcement(str(top.get("text") or "").strip(), top.day("from"), top.day("until"))


def _changes(path: Path, topics: Collection[str]) -> tuple[Change, ...]:
    known = {*topics, ALL_TOPICS}
    return tuple(
        Change(
            entry.day("date"),
            _known(entry, known, entry.text("topic"), "topik"),
            entry.text("change"),
        )
        for entry in read_entries(path)
    )


def _roll_call(path: Path, law: Mapping[str, Instrument]) -> RollCall:
    head, body = read_page(path)
    paragraphs = tuple(" ".join(part.split()) for part in body.split("\n\n") if part.strip())
    return RollCall(head.text("title"), paragraphs, _citations(head, law), head.day("reviewed"))


def _poster(path: Path) -> Poster:
    top = read_entry(path)
    poster = top.section("poster")
    return Poster(
        poster.text("heading"),
        poster.text("lead"),
        poster.texts("examples"),
        poster.text("how"),
        poster.text("promise"),
        poster.text("footer"),
        top.section("card").text("footer"),
    )


def _moves(path: Path, law: Mapping[str, Instrument]) -> tuple[Move, ...]:
    return tuple(
        Move(
            Citation(_known(entry, law, entry.text("from"), "peraturan"), entry.text("article")),
            Citation(_known(entry, law, entry.text("to"), "peraturan"), entry.text("new")),
            entry.text("note"),
        )
        for entry in read_entries(path)
    )

"""Topics: what a curator wrote about one question, read from one Markdown file each.

The layout is described for curators in docs/menulis-konten.md. Every error names file and line.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from bot.errors import ContentError
from bot.fast_yaml import read_yaml

Verdict = Literal["boleh", "tidak", "bersyarat", "belum-jelas", "info"]
Confidence = Literal["high", "medium", "low"]
VERDICTS: tuple[str, ...] = get_args(Verdict)
ACTORS = (
    "PNS",
    "PPPK",
    "CPNS",
    "Honorer",
    "Kepala desa",
    "Perangkat desa",
    "BPD",
    "TNI/Polri",
    "BUMN/BUMD",
    "Suami/istri",
    "Pensiunan",
    "Pejabat negara",
    "Masyarakat",
)
PHASES = (
    "Tidak ada pemilu",
    "Bakal calon",
    "Calon",
    "Masa kampanye",
    "Masa tenang",
    "Hari pemungutan",
    "Sesudah",
)
SANCTIONS = (
    "Moral",
    "Disiplin sedang",
    "Disiplin berat",
    "Pemberhentian",
    "Pidana",
    "Kontrak",
    "Tidak ada",
    "Catatan",
)
SECTIONS = (
    "Alasan",
    "Syarat",
    "Berlaku untuk",
    "Tahapan",
    "Sanksi",
    "Dasar hukum",
    "Yang aman dilakukan",
    "Kalimat siap salin",
    "Yang belum pasti",
    "Contoh pertanyaan",
)
_FRONT_KEYS = {"verdict", "ban", "confidence", "reviewed", "related", "sources"}
_LABELLED = re.compile(r"^(?P<labels>[^:(]+?)\s*(?:\((?P<verdict>[\w-]+)\))?:\s+(?P<text>.+)$")
_BASIS = re.compile(r"^(?P<id>[a-z0-9-]+)(?:\s+(?P<article>[^:]+))?:\s+(?P<gist>.+)$")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A bullet for certain actors or phases; ``verdict`` only where it differs from the topic's."""

    labels: tuple[str, ...]
    text: str
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """A reference into the law registry."""

    instrument: str
    article: str
    gist: str


@dataclass(frozen=True, slots=True)
class Phrasing:
    voice: str
    text: str


@dataclass(frozen=True, slots=True)
class Topic:
    id: str
    category: str
    question: str
    verdict: Verdict
    ban: str | None
    confidence: Confidence
    reviewed: date
    related: tuple[str, ...]
    sources: tuple[str, ...]
    headline: str
    answer: str
    reason: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    actors: tuple[Labelled, ...] = ()
    phases: tuple[Labelled, ...] = ()
    sanctions: tuple[Labelled, ...] = ()
    basis: tuple[Basis, ...] = ()
    todo: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()
    phrasings: tuple[Phrasing, ...] = field(default=(), repr=False)
    path: Path = field(default=Path(), repr=False, compare=False)


@dataclass(slots=True)
class _Line:
    number: int
    text: str


@dataclass(slots=True)
class _Section:
    """The lines under one heading."""

    title: str
    line: int
    lines: list[_Line] = field(default_factory=list)


def load_topics(folder: Path) -> dict[str, Topic]:
    """Every topic under ``folder``, by id, in file order. Raises `ContentError`."""
    topics: dict[str, Topic] = {}
    for path in sorted(folder.glob("*/*.md")):
        topic = read_topic(path)
        if topic.id in topics:
            raise ContentError(f"{path}:1: id {topic.id} sudah dipakai {topics[topic.id].path}.")
        topics[topic.id] = topic
    if not topics:
        raise ContentError(f"{folder}:1: tidak ada berkas topik. Periksa CONTENT_DIR.")
    return topics


def read_topic(path: Path) -> Topic:
    """One topic file. Raises `ContentError` with file and line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(
            f"{path}:1: berkas tidak dapat dibaca sebagai UTF-8 ({error})."
        ) from error
    return parse_topic(path, text)


def parse_topic(path: Path, text: str) -> Topic:
    """The topic in ``text``; ``path`` names it. Raises `ContentError` with file and line."""
    return _Reader(path, text).topic()


class _Reader:
    """Reads one file; `fail` is the single way out with an error."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines = [_Line(n, line.rstrip()) for n, line in enumerate(text.splitlines(), 1)]

    def fail(self, line: int, message: str) -> ContentError:
        return ContentError(f"{self.path}:{line}: {message}")

    def topic(self) -> Topic:
        front, body = self._split()
        intro, sections = self._sections(body)
        question, headline, answer = self._intro(intro)
        return Topic(
            id=self.path.stem,
            category=self.path.parent.name,
            question=question,
            headline=headline,
            answer=answer,
            reason=self._paragraphs(sections.get("Alasan")),
            conditions=self._bullets(sections.get("Syarat")),
            actors=self._labelled(sections.get("Berlaku untuk"), ACTORS),
            phases=self._labelled(sections.get("Tahapan"), PHASES),
            sanctions=self._labelled(sections.get("Sanksi"), SANCTIONS),
            basis=self._basis(sections.get("Dasar hukum")),
            todo=self._bullets(sections.get("Yang aman dilakukan")),
            sentences=self._quotes(sections.get("Kalimat siap salin")),
            unsettled=self._bullets(sections.get("Yang belum pasti")),
            phrasings=self._phrasings(sections.get("Contoh pertanyaan")),
            path=self.path,
            **self._front(front),
        )

    def _split(self) -> tuple[list[_Line], list[_Line]]:
        if not self.lines or self.lines[0].text != "---":
            raise self.fail(1, "berkas harus dimulai dengan baris ---.")
        end = next((i for i, line in enumerate(self.lines[1:], 1) if line.text == "---"), None)
        if end is None:
            raise self.fail(1, "kepala berkas tidak ditutup dengan baris ---.")
        return self.lines[1:end], self.lines[end + 1 :]

    def _front(self, lines: list[_Line]) -> dict[str, Any]:
        values = self._yaml(lines)
        where = {line.text.split(":")[0].strip(): line.number for line in lines}
        where = {key: where.get(key, 1) for key in {*where, *_FRONT_KEYS}}
        for key in values:
            if key not in _FRONT_KEYS:
                raise self.fail(where.get(str(key), 1), f"kunci {key!r} tidak dikenal.")
        if missing := sorted(_FRONT_KEYS - {"ban"} - values.keys()):
            raise self.fail(1, f"kunci {', '.join(missing)} belum diisi.")
        self._one_of(values, "verdict", VERDICTS, where)
        self._one_of(values, "confidence", get_args(Confidence), where)
        self._check_ban(values, where)
        self._check_lists(values, where)
        if type(values["reviewed"]) is not date:
            raise self.fail(where["reviewed"], "reviewed harus tanggal, misalnya 2026-11-21.")
        return {
            "verdict": values["verdict"],
            "ban": values.get("ban"),
            "confidence": values["confidence"],
            "reviewed": values["reviewed"],
            "related": tuple(str(item) for item in values["related"] or ()),
            "sources": tuple(str(item) for item in values["sources"] or ()),
        }

    def _yaml(self, lines: list[_Line]) -> Mapping[str, Any]:
        try:
            values = read_yaml("\n".join(line.text for line in lines))
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 2 if error.problem_mark else 1
            raise self.fail(line, f"kepala berkas salah tulis: {error.problem}.") from error
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise self.fail(
                2, "kepala berkas tidak dapat dibaca; periksa tanggal dan tanda kurung."
            ) from error
        if not isinstance(values, dict):
            raise self.fail(2, "kepala berkas harus berisi baris kunci: nilai.")
        return values

    def _one_of(
        self, values: Mapping[str, Any], key: str, allowed: tuple[str, ...], where: dict[str, int]
    ) -> None:
        if values[key] not in allowed:
            raise self.fail(where[key], f"{key} harus salah satu dari {', '.join(allowed)}.")

    def _check_ban(self, values: Mapping[str, Any], where: dict[str, int]) -> None:
        if values["verdict"] != "tidak":
            if "ban" in values:
                raise self.fail(where["ban"], "ban hanya untuk verdict tidak.")
            return
        expected = "tersurat" if values["confidence"] == "high" else "tafsir"
        if values.get("ban") != expected:
            raise self.fail(
                where.get("ban", where["verdict"]),
                f"ban harus {expected} karena confidence {values['confidence']}.",
            )

    def _check_lists(self, values: Mapping[str, Any], where: dict[str, int]) -> None:
        for key in ("related", "sources"):
            if not isinstance(values[key], list | None):
                raise self.fail(where[key], f"{key} ditulis sebagai [satu, dua].")

    def _sections(self, body: list[_Line]) -> tuple[list[_Line], dict[str, _Section]]:
        intro: list[_Line] = []
        sections: dict[str, _Section] = {}
        current: _Section | None = None
        for line in body:
            if line.text.startswith("## "):
                current = self._open_section(line, sections)
            elif current:
                current.lines.append(line)
            else:
                intro.append(line)
        return intro, sections

    def _open_section(self, line: _Line, sections: dict[str, _Section]) -> _Section:
        title = line.text[3:].strip()
        if title not in SECTIONS:
            raise self.fail(line.number, f"bagian {title!r} tidak dikenal: {', '.join(SECTIONS)}.")
        if title in sections:
            raise self.fail(line.number, f"bagian {title!r} ada dua kali.")
        sections[title] = _Section(title, line.number)
        return sections[title]

    def _intro(self, lines: list[_Line]) -> tuple[str, str, str]:
        filled = [line for line in lines if line.text]
        if not filled or not filled[0].text.startswith("# "):
            raise self.fail(
                filled[0].number if filled else 1, "pertanyaan harus ditulis sebagai # judul."
            )
        paragraphs = _paragraphs(lines[lines.index(filled[0]) + 1 :])
        if len(paragraphs) != 2:
            raise self.fail(
                filled[0].number,
                "sesudah judul harus ada tepat dua alinea: kepala jawaban, lalu kalimat jawaban.",
            )
        return filled[0].text[2:].strip(), paragraphs[0], paragraphs[1]

    def _paragraphs(self, section: _Section | None) -> tuple[str, ...]:
        return tuple(_paragraphs(section.lines)) if section else ()

    def _items(self, section: _Section | None) -> Iterator[_Line]:
        """The bullets of a section, continuation lines joined."""
        if section is None:
            return
        bullet: _Line | None = None
        for line in section.lines:
            if line.text.startswith("- "):
                if bullet:
                    yield bullet
                bullet = _Line(line.number, line.text[2:].strip())
            elif bullet and line.text.startswith("  ") and line.text.strip():
                bullet.text += " " + line.text.strip()
            elif line.text.strip() and not line.text.startswith("### "):
                raise self.fail(
                    line.number, f"di bagian {section.title} tiap butir dimulai dengan '- '."
                )
        if bullet:
            yield bullet

    def _bullets(self, section: _Section | None) -> tuple[str, ...]:
        return tuple(line.text for line in self._items(section))

    def _labelled(self, section: _Section | None, allowed: tuple[str, ...]) -> tuple[Labelled, ...]:
        found = []
        for line in self._items(section):
            match = _LABELLED.match(line.text)
            labels = tuple(part.strip() for part in match["labels"].split(",")) if match else ()
            if match is None or not set(labels) <= set(allowed):
                raise self.fail(
                    line.number, f"butir harus dimulai dengan label dari: {', '.join(allowed)}."
                )
            if match["verdict"] and match["verdict"] not in VERDICTS:
                raise self.fail(line.number, f"({match['verdict']}) bukan verdict yang dikenal.")
            verdict: Any = match["verdict"]
            found.append(Labelled(labels, match["text"], verdict))
        return tuple(found)

    def _basis(self, section: _Section | None) -> tuple[Basis, ...]:
        found = []
        for line in self._items(section):
            match = _BASIS.match(line.text)
            if match is None:
                raise self.fail(line.number, "dasar hukum ditulis: id-peraturan Pasal …: pokoknya.")
            found.append(Basis(match["id"], (match["article"] or "").strip(), match["gist"]))
        return tuple(found)

    def _quotes(self, section: _Section | None) -> tuple[str, ...]:
        if section is None:
            return ()
        for line in section.lines:
            if line.text and not line.text.startswith(">"):
                raise self.fail(line.number, "kalimat siap salin dimulai dengan '> '.")
        unquoted = [_Line(line.number, line.text[1:].strip()) for line in section.lines]
        return tuple(_paragraphs(unquoted))

    def _phrasings(self, section: _Section | None) -> tuple[Phrasing, ...]:
        if section is None:
            return ()
        found = []
        voice = "umum"
        for line in section.lines:
            if line.text.startswith("### "):
                voice = line.text[4:].strip()
            elif line.text.startswith("- "):
                found.append(Phrasing(voice, line.text[2:].strip()))
            elif line.text:
                raise self.fail(
                    line.number, "contoh pertanyaan ditulis sebagai '- ' di bawah '### suara'."
                )
        return tuple(found)


def _paragraphs(lines: list[_Line]) -> list[str]:
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line.text.strip():
            paragraphs[-1].append(line.text.strip())
        elif paragraphs[-1]:
            paragraphs.append([])
    return [" ".join(words) for words in paragraphs if words]

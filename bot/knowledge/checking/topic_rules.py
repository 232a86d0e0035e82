"""The rules for one topic beyond its layout: sections, lengths, links, laws, shown text."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.checking.headlines import headline_faults
from bot.knowledge.checking.page import ANSWER, HEADLINE, PHRASINGS, QUESTION, Page, Passage
from bot.knowledge.checking.problems import Problem, error, hint
from bot.knowledge.checking.shown import (
    NEW_CRIMINAL_LAW,
    ShownRules,
    has_penalty_figure,
    long_sentences,
)
from bot.knowledge.law import Instrument
from bot.knowledge.topics import SECTIONS, Topic
from bot.limits import (
    ANSWER_SENTENCE_MAX,
    GIST_MAX,
    PHRASINGS_MIN,
    REASON_MAX,
    SANCTIONS_MAX,
    VOICES_MIN,
)

_ALWAYS = ("Alasan", "Berlaku untuk", "Dasar hukum", "Yang aman dilakukan", PHRASINGS)
_BY_VERDICT: Mapping[str, tuple[str, ...]] = {
    "tidak": ("Sanksi",),
    "bersyarat": ("Syarat", "Sanksi"),
    "boleh": ("Sanksi",),
    "belum-jelas": ("Yang belum pasti",),
    "info": (),
}
_NO_LONGER = re.compile(
    r"\b(dicabut|tidak berlaku|lama|habis masa|digantikan|diganti)\b", re.IGNORECASE
)
_TO_FILL = "(isi:"  # the beginning of a remark in content/topic-template.md
_MARKUP = re.compile(r"\*|__|\]\(|^\|")


@dataclass(frozen=True, slots=True)
class Known:
    """What topics may refer to."""

    topics: Collection[str]
    law: Mapping[str, Instrument]
    shown: ShownRules


def page_problems(path: Path, page: Page, known: Known) -> Iterator[Problem]:
    """Rules that hold for every passage, also in a file that the parser refuses."""
    for passage in page.passages:
        text = _prose(passage)
        for fault in known.shown.faults(text):
            yield error(path, passage.line, fault)
        if _TO_FILL in text:
            yield error(path, passage.line, "petunjuk '(isi: …)' belum diganti dengan isinya.")
        if _MARKUP.search(text):
            yield error(
                path,
                passage.line,
                "tanpa tanda tebal, miring, tautan, atau tabel: teks polos saja.",
            )
        if passage.section != QUESTION:
            for count in long_sentences(text):
                yield hint(
                    path,
                    passage.line,
                    f"kalimat {count} kata; pecah menjadi dua agar mudah dibaca.",
                )
    for line, phrasing in page.voiced:
        if phrasing.text.startswith(_TO_FILL):
            yield error(path, line, "petunjuk '(isi: …)' belum diganti dengan isinya.")
    yield from _penalty_problems(path, page)


def topic_problems(topic: Topic, page: Page, known: Known) -> Iterator[Problem]:
    """Rules that need the parsed topic."""
    for fault in headline_faults(topic):
        yield error(topic.path, page.line(HEADLINE), fault)
    for rule in _RULES:
        yield from rule(topic, page, known)


def _prose(passage: Passage) -> str:
    """A passage without the registry id that a legal basis begins with."""
    return passage.text.partition(" ")[2] if passage.section == "Dasar hukum" else passage.text


def _penalty_problems(path: Path, page: Page) -> Iterator[Problem]:
    """A penalty figure needs the note about the new criminal law in its own section."""
    noted = {p.section for p in page.passages if NEW_CRIMINAL_LAW in p.text}
    for passage in page.passages:
        excused = bool(noted) if passage.section == QUESTION else passage.section in noted
        if has_penalty_figure(passage.text) and not excused:
            yield error(
                path,
                passage.line,
                f"angka pidana harus disertai catatan {NEW_CRIMINAL_LAW} (berlaku 2 Januari 2026) "
                "di bagian yang sama.",
            )


def _section_problems(topic: Topic, page: Page, _: Known) -> Iterator[Problem]:
    filled = {p.section for p in page.passages} | ({PHRASINGS} if page.voiced else set())
    for section in (*_ALWAYS, *_BY_VERDICT[topic.verdict]):
        if section not in filled:
            at = page.headings.get(section, 1)
            yield error(
                topic.path,
                at,
                f"bagian '{section}' belum diisi; wajib untuk verdict {topic.verdict}.",
            )
    order = [section for section in page.headings if section in SECTIONS]
    for section, expected in zip(order, sorted(order, key=SECTIONS.index), strict=True):
        if section != expected:
            line = page.headings[section]
            yield error(
                topic.path,
                line,
                f"urutan bagian: di sini seharusnya '{expected}', bukan '{section}'.",
            )
            return


def _length_problems(topic: Topic, page: Page, _: Known) -> Iterator[Problem]:
    sanctions = sum(len(sanction.text) for sanction in topic.sanctions)
    for name, section, size, most in (
        ("kalimat jawaban", ANSWER, len(topic.answer), ANSWER_SENTENCE_MAX),
        ("alasan", "Alasan", sum(map(len, topic.reason)), REASON_MAX),
        ("butir sanksi bersama-sama", "Sanksi", sanctions, SANCTIONS_MAX),
    ):
        if size > most:
            yield error(
                topic.path, page.line(section), f"{name} {size} huruf, paling banyak {most}."
            )
    for passage, basis in zip(page.of("Dasar hukum"), topic.basis, strict=False):
        if len(basis.gist) > GIST_MAX:
            yield error(
                topic.path,
                passage.line,
                f"pokok dasar hukum {len(basis.gist)} huruf, paling banyak {GIST_MAX}.",
            )


def _label_problems(topic: Topic, page: Page, _: Known) -> Iterator[Problem]:
    if not any("PNS" in bullet.labels for bullet in topic.actors):
        yield error(
            topic.path, page.line("Berlaku untuk"), "'Berlaku untuk' harus punya baris untuk PNS."
        )
    free = any("Tidak ada" in bullet.labels for bullet in topic.sanctions)
    if topic.verdict == "boleh" and not free:
        yield error(
            topic.path,
            page.line("Sanksi"),
            "verdict boleh ditulis '- Tidak ada: selama …' di Sanksi.",
        )


def _link_problems(topic: Topic, page: Page, known: Known) -> Iterator[Problem]:
    line = page.front.get("related", 1)
    for name in topic.related:
        if name == topic.id:
            yield error(
                topic.path, line, "topik ini menyebut dirinya sendiri sebagai topik terkait."
            )
        elif name not in known.topics:
            yield error(topic.path, line, f"topik terkait {name} tidak ada.")
    if not 2 <= len(topic.related) <= 4:
        yield hint(
            topic.path, line, f"topik terkait {len(topic.related)}; sebaiknya dua sampai empat."
        )
    if not topic.sources:
        yield error(topic.path, page.front.get("sources", 1), "sumber (sources) belum diisi.")


def _law_problems(topic: Topic, page: Page, known: Known) -> Iterator[Problem]:
    for passage, basis in zip(page.of("Dasar hukum"), topic.basis, strict=False):
        instrument = known.law.get(basis.instrument)
        if instrument is None:
            yield error(
                topic.path, passage.line, f"peraturan {basis.instrument} tidak ada di daftar."
            )
        elif instrument.status in ("dicabut", "habis-masa") and not _NO_LONGER.search(basis.gist):
            yield error(
                topic.path,
                passage.line,
                f"{instrument.short} berstatus {instrument.status}: "
                "pokoknya harus menyebut dicabut, tidak berlaku, atau lama.",
            )


def _phrasing_problems(topic: Topic, page: Page, _: Known) -> Iterator[Problem]:
    line, count = page.line(PHRASINGS), len(topic.phrasings)
    if count < PHRASINGS_MIN:
        yield error(
            topic.path, line, f"contoh pertanyaan baru {count}, paling sedikit {PHRASINGS_MIN}."
        )
    voices = len({phrasing.voice for phrasing in topic.phrasings})
    if voices < VOICES_MIN:
        yield error(
            topic.path,
            line,
            f"contoh pertanyaan baru dari {voices} suara, paling sedikit {VOICES_MIN}.",
        )


_RULES: tuple[Callable[[Topic, Page, Known], Iterator[Problem]], ...] = (
    _section_problems,
    _length_problems,
    _label_problems,
    _link_problems,
    _law_problems,
    _phrasing_problems,
)

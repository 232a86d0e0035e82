"""What is printed of a case: the export, and the draft for Formulir Model A."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.chat.clean import clean_text
from bot.dates import say_date
from bot.desks.audit import Deed
from bot.desks.casebook import CaseRow, Entry
from bot.desks.export import Paper, Section
from bot.desks.model_a import ACT, CHECKED, EVIDENCE, draft, told
from bot.store.effects import QUESTION
from handlers.desk import cards
from handlers.ports import Ports

Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything that a desk may read of a case."""

    case: CaseRow
    entries: Sequence[Entry] = field(repr=False)
    deeds: Sequence[Deed] = ()

    @property
    def content(self) -> Mapping[str, Any]:
        """The tip itself (`fields.content` of telling), or ``{"text": …}`` of a question."""
        return next((e.content for e in self.entries if e.sequence == 0), {})


async def case_file(ports: Ports, case: CaseRow) -> CaseFile | None:
    """None when its content is erased."""
    entries = await ports.casebook.entries(case)
    if not any(entry.sequence == 0 for entry in entries):
        return None
    return CaseFile(case, entries, await ports.audit.of_case(case.id))


def evidence_of(entries: Sequence[Entry]) -> list[tuple[str, Mapping[str, Any]]]:
    """The files of a case under their names on paper and in the ZIP."""
    found = []
    for entry in entries:
        before = f"tambahan-{entry.sequence}-" if entry.sequence else ""
        for number, file in enumerate(entry.content.get("files") or (), 1):
            found.append((f"{before}berkas-{number}{file['suffix']}", file))
    return found


def export(ports: Ports, one: CaseFile) -> Paper:
    """The whole case, without what would tell of whoever sent it."""
    say = ports.wording.plain
    sections = (
        Section(say("oversight.export.about"), _about(ports, one)),
        Section(say("oversight.export.told"), _told(ports, one)),
        Section(say("oversight.export.evidence"), _evidence(ports, one)),
        Section(say("oversight.export.later"), _later(ports, one)),
        Section(say("oversight.export.deeds"), tuple(_deed(ports, deed) for deed in one.deeds)),
    )
    return Paper(
        _filled(ports, "oversight.export.title", code=one.case.code),
        say("oversight.export.notice"),
        tuple(section for section in sections if section.lines),
        say("oversight.export.substituted"),
    )


def form(ports: Ports, one: CaseFile) -> Paper:
    """The draft for Formulir Model A; what a supervisor has to find out himself stays open."""
    say = ports.wording.plain
    parts = [Section(say("oversight.form.supervisor"), _blanks(ports, "supervisor"))]
    for part in draft(one.content):
        lines = [(_name(ports, name), clean_text(text)) for name, text in part.said]
        if part.name == ACT:
            lines.insert(0, (say("oversight.form.suspected"), _category(ports, one)))
        if part.name == EVIDENCE:
            lines += _evidence(ports, one)
        if part.name == CHECKED:
            lines += _checks(ports, one)
        open_ = _blanks(ports, part.name) if ports.wording.under(_blank(part.name)) else ()
        parts.append(Section(say(f"oversight.form.parts.{part.name}"), (*lines, *open_)))
    return Paper(
        _filled(ports, "oversight.form.title", code=one.case.code),
        say("oversight.form.notice"),
        tuple(parts),
        say("oversight.export.substituted"),
    )


def _about(ports: Ports, one: CaseFile) -> tuple[Line, ...]:
    case, say = one.case, ports.wording.plain
    desk = ports.desks.get(case.desk)
    received = case.delivered or case.opened
    lines = [
        (say("oversight.export.names.code"), case.code),
        (say("oversight.export.names.desk"), desk.name if desk else case.desk),
        (say("oversight.export.names.status"), say(f"desk.statuses.{case.status}")),
        (say("oversight.export.names.received"), say_date(date.fromisoformat(received))),
        (say("oversight.export.names.printed"), say_date(ports.clock.today())),
    ]
    if case.kind != QUESTION:
        lines.insert(2, (say("oversight.export.names.category"), _category(ports, one)))
    return tuple(lines)


def _told(ports: Ports, one: CaseFile) -> tuple[Line, ...]:
    if one.case.kind == QUESTION:
        return (("", clean_text(one.content.get("text", ""))),)
    return tuple((_name(ports, n), clean_text(text)) for n, text in told(one.content).items())


def _evidence(ports: Ports, one: CaseFile) -> tuple[Line, ...]:
    """Name and hash of each file, as in the manifest."""
    files = evidence_of(one.entries)
    lines = [(name, f"SHA-256 {file['sha256']}") for name, file in files]
    note = [("", ports.wording.plain("oversight.export.copies"))] if lines else []
    return (*lines, *note)


def _later(ports: Ports, one: CaseFile) -> tuple[Line, ...]:
    return tuple(
        (
            _filled(ports, f"oversight.export.kinds.{entry.direction}", day=day(entry.day)),
            clean_text(entry.content.get("text", "")),
        )
        for entry in one.entries
        if entry.sequence > 0
    )


def _deed(ports: Ports, deed: Deed) -> Line:
    return day(deed.day), f"{deed.moderator}: {deed_name(ports, deed.action)}"


def deed_name(ports: Ports, action: str) -> str:
    """What a deed of the audit is called; its own key where there is no word for it."""
    for key in (f"desk.actions.{action}", f"oversight.actions.{action}"):
        if ports.wording.has(key):
            return ports.wording.plain(key)
    return action


def _checks(ports: Ports, one: CaseFile) -> list[Line]:
    """The checklist of the category, to be ticked by whoever checked."""
    advice = ports.guide.of(one.content.get("category"), one.content.get("special"))
    return [("", f"[  ] {step}") for step in advice.checklist]


def _category(ports: Ports, one: CaseFile) -> str:
    return ports.form.categories.get(one.content.get("category", 0), "")


def _name(ports: Ports, field_: str) -> str:
    return ports.wording.plain(f"tip.fields.{field_}.name")


def _blank(part: str) -> str:
    return f"oversight.form.blanks.{part}"


def _blanks(ports: Ports, part: str) -> tuple[Line, ...]:
    """Names with nothing behind them but room to write."""
    return tuple((name, "." * 60) for name in ports.wording.under(_blank(part)).values())


def _filled(ports: Ports, key: str, **fields: str) -> str:
    return str(ports.wording.say(key, **fields))


def day(written: str) -> str:
    """``21 November 2026`` for ``2026-11-21``."""
    return say_date(date.fromisoformat(written))


def title_of(ports: Ports, one: CaseFile) -> str:
    """Category and place of a tip, for the manifest."""
    if one.case.kind == QUESTION:
        return ""
    place = cards.place_name(ports, str(one.content.get("place", "")))
    return f"{_category(ports, one)}, {place}"

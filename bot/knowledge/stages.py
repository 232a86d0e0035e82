"""Which stage of an election runs where, from ``content/stages.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.dates import say_date
from bot.knowledge.curated import Entry, read_entry
from bot.knowledge.topics import PHASES
from bot.watched import Watched

NATIONAL = ""
"""The region of entries that hold everywhere."""


@dataclass(frozen=True, slots=True)
class StageKind:
    """What a stage means, in the curator's words; ``phase`` is a label of `topics.PHASES`."""

    id: str
    phase: str
    topic: str
    law: tuple[str, ...]
    now: str
    means: str
    sanction: str
    looks: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage that runs in a region (Kemendagri code, empty for the whole country)."""

    kind: StageKind
    region: str
    contest: str
    start: date
    end: date | None
    source: str
    reviewed: date
    stale_note: str = ""

    def runs(self, today: date) -> bool:
        return self.start <= today and (self.end is None or today <= self.end)

    def sentence(self) -> str:
        """For answers: ``Sekarang: belum ada tahapan …``."""
        said = self.kind.now.format(contest=self.contest, reviewed=say_date(self.reviewed))
        return f"{said} {self.stale_note}".strip()


@dataclass(frozen=True, slots=True)
class _Calendar:
    kinds: Mapping[str, StageKind]
    stages: tuple[Stage, ...]
    penal_note: str
    stale_note: str
    stale_after: int
    reviewed: date


class Stages:
    """The calendar; a changed file is read again at the next question."""

    def __init__(self, calendar: Watched[_Calendar]) -> None:
        self._calendar = calendar

    @classmethod
    def load(cls, path: Path) -> "Stages":
        """Raises `ContentError` with file and line."""
        return cls(Watched(path, _read))

    @property
    def kinds(self) -> Mapping[str, StageKind]:
        """Every kind of stage, from the mildest consequences to the harshest."""
        return self._calendar.get().kinds

    def in_time(self) -> list[StageKind]:
        """Every kind of stage in the order in which they follow each other."""
        return sorted(self.kinds.values(), key=lambda kind: PHASES.index(kind.phase))

    @property
    def penal_note(self) -> str:
        """What must stand beside every mention of a criminal penalty."""
        return self._calendar.get().penal_note

    @property
    def reviewed(self) -> date:
        return self._calendar.get().reviewed

    def stage_of(self, region: str | None, today: date) -> Stage | None:
        """The stage that runs in a regency, city or province, None where nothing is known.

        What runs in the province and in the whole country runs here too; of several stages the
        one with the harshest consequences counts.
        """
        calendar = self._calendar.get()
        around = _around(region)
        running = [s for s in calendar.stages if s.region in around and s.runs(today)]
        if not running:
            return None
        rank = list(calendar.kinds)
        found = max(running, key=lambda s: (rank.index(s.kind.id), len(s.region)))
        return _dated(found, calendar, today)

    def regional(self, today: date) -> list[Stage]:
        """What runs today in single regions."""
        calendar = self._calendar.get()
        found = [s for s in calendar.stages if s.region != NATIONAL and s.runs(today)]
        return [_dated(stage, calendar, today) for stage in found]


def _dated(stage: Stage, calendar: _Calendar, today: date) -> Stage:
    """The stage, with a remark when nobody has looked at it for long."""
    if (today - stage.reviewed).days <= calendar.stale_after:
        return stage
    return replace(stage, stale_note=calendar.stale_note)


def _around(region: str | None) -> set[str]:
    """The region itself, its province, and the country."""
    return {NATIONAL, region, region.split(".")[0]} if region else {NATIONAL}


def _read(path: Path) -> _Calendar:
    top = read_entry(path)
    kinds = {
        str(id_): _kind(str(id_), top.section("kinds").section(id_)) for id_ in top.section("kinds")
    }
    stages = [_stage(entry, NATIONAL, kinds) for entry in top.entries("national")]
    regions = top.section("regions")
    for region in regions:
        stages += [_stage(entry, region, kinds) for entry in regions.entries(region)]
    stale_after = top.get("stale_after_days")
    if not isinstance(stale_after, int):
        raise top.fail("'stale_after_days' harus angka hari.")
    return _Calendar(
        kinds,
        tuple(stages),
        top.text("penal_note"),
        top.text("stale_note"),
        stale_after,
        top.day("reviewed"),
    )


def _kind(id_: str, entry: Entry) -> StageKind:
    if entry.text("phase") not in PHASES:
        raise entry.fail(f"'phase' harus salah satu dari {', '.join(PHASES)}.")
    try:
        entry.text("now").format(contest="", reviewed="")
    except (KeyError, IndexError, ValueError):
        raise entry.fail("'now' hanya boleh memakai {contest} dan {reviewed}.") from None
    return StageKind(
        id_,
        entry.text("phase"),
        entry.text("topic"),
        entry.texts("law"),
        entry.text("now"),
        entry.text("means"),
        entry.text("sanction"),
        entry.text("looks"),
    )


def _stage(entry: Entry, region: str, kinds: Mapping[str, StageKind]) -> Stage:
    kind = kinds.get(entry.text("stage"))
    if kind is None:
        raise entry.fail(f"'stage' harus salah satu dari {', '.join(kinds)}.")
    end = entry.day("until") if entry.get("until") else None
    if end and end < entry.day("from"):
        raise entry.fail("'until' mendahului 'from'.")
    return Stage(
        kind,
        region,
        entry.text("contest"),
        entry.day("from"),
        end,
        entry.text("source"),
        entry.day("reviewed"),
    )

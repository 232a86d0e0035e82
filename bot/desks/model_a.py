"""A draft of what a supervisor writes into Formulir Model A, from a tip's content.

Six parts: act, place, time, person, evidence, how it was checked. Only what the list below names is
ever taken from a tip, so nothing about whoever sent it can come along; names of witnesses and of
the supervisor are left for his own hand. (Perbawaslu 5/2022: the report of supervision, from which
a plenary meeting makes a temuan.)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ACT, PLACE, TIME, PERSON, EVIDENCE, CHECKED = (
    "act",
    "place",
    "time",
    "person",
    "evidence",
    "checked",
)
PARTS = (ACT, PLACE, TIME, PERSON, EVIDENCE, CHECKED)
_TAKEN: Mapping[str, tuple[str, ...]] = {
    ACT: ("story", "candidate", "facilities"),
    PLACE: ("place", "spot"),
    TIME: ("event", "hour"),
    PERSON: ("who", "position", "status"),
    EVIDENCE: ("link",),
}
ABOUT_THE_SENDER = ("source", "known", "witnesses", "reported")
"""How he knows it, since when, who else was there, where else he told it: never on paper."""


@dataclass(frozen=True, slots=True)
class Part:
    """``said``: field and answer; empty where the supervisor has to fill it himself."""

    name: str
    said: tuple[tuple[str, str], ...] = ()


def draft(content: Mapping[str, Any]) -> tuple[Part, ...]:
    """The parts in their order; the last is never filled by a tip."""
    answers = content.get("answers", {})
    return tuple(
        Part(name, tuple((f, answers[f]) for f in _TAKEN.get(name, ()) if answers.get(f)))
        for name in PARTS
    )


def told(content: Mapping[str, Any]) -> dict[str, str]:
    """A tip's answers without those about whoever sent it."""
    answers: Mapping[str, str] = content.get("answers", {})
    allowed = {field for fields in _TAKEN.values() for field in fields}
    return {field: text for field, text in answers.items() if field in allowed}

"""Whom to turn to, by region, from ``content/contacts.yaml``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.knowledge.curated import Entry, read_entry

KINDS = ("alamat", "telepon", "whatsapp", "laman", "sms")


@dataclass(frozen=True, slots=True)
class Contact:
    name: str
    kind: str
    value: str
    checked: date
    source: str


@dataclass(frozen=True, slots=True)
class Contacts:
    """``regions``: by Kemendagri code, ``72`` a province, ``72.71`` a regency or city."""

    national: tuple[Contact, ...]
    regions: Mapping[str, tuple[Contact, ...]]

    @classmethod
    def load(cls, path: Path) -> "Contacts":
        """Raises `ContentError` with file and line."""
        top = read_entry(path)
        regions = top.section("regions")
        return cls(
            tuple(_contact(entry) for entry in top.entries("national")),
            {code: tuple(_contact(e) for e in regions.entries(code)) for code in regions},
        )

    def near(self, region: str | None) -> tuple[Contact, ...]:
        """The region's own contacts, else its province's, else the national ones."""
        if not region:
            return self.national
        return self.regions.get(region) or self.regions.get(region.split(".")[0]) or self.national


def missing_contacts(contacts: Contacts, regions: Iterable[str]) -> list[str]:
    """The codes of ``regions`` that have no contact of their own, in the order given."""
    return [code for code in regions if not contacts.regions.get(code)]


def _contact(entry: Entry) -> Contact:
    if entry.text("kind") not in KINDS:
        raise entry.fail(f"'kind' harus salah satu dari {', '.join(KINDS)}.")
    return Contact(
        entry.text("name"),
        entry.text("kind"),
        entry.text("value"),
        entry.day("checked"),
        entry.text("source"),
    )

"""What a first message already says, so that it is never asked again.

Rules only, from ``content/tip-story.yaml``: what is not written is None. Nothing is invented.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ContentError
from bot.fast_yaml import read_yaml
from bot.tips.person import Person, PersonReader
from bot.tips.phrases import Phrases
from bot.tips.place import Places
from bot.tips.when import Day, find_days

LEXICON = "tip-story.yaml"
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"']+|(?<![\w.-])(?:[a-z0-9-]{1,63}\.){0,4}(?:facebook|fb|instagram|tiktok|youtube|"
    r"twitter|x|youtu|t)\.(?:com|watch|be|me)/[^\s<>\"']+",
    re.IGNORECASE,
)
_ORDINAL = r"(?:\d{1,2}|satu|dua|tiga|empat|lima|enam)\b"
_NUMBER = (
    rf"(?:(?:(?:nomor|nomer|no|nmr)\.?\s*(?:urut\s*)?{_ORDINAL})"
    rf"|{_ORDINAL}(?!\s*(?:hari|malam|mlm|jam|bulan|minggu|orang|kali|juta|rb|ribu)))"
)
_ORDINAL_HEAD = re.compile(r"(?:nomor|nomer|no|nmr|urut)$", re.IGNORECASE)
_BALLOT = re.compile(
    r"(?:dukung|mendukung|pilih|memilih|milih|coblos|mencoblos|kampanye|menangkan|posko|kubu|tim)"
    rf"\s+((?:nomor|nomer|no|nmr)\.?\s*(?:urut\s*)?{_ORDINAL})",
    re.IGNORECASE,
)
_ANY_NUMBER = re.compile(
    r"(?<!\w)(?<!hp )(?<!wa )(?<!rumah )(?<!surat )(?<!sk )(?<!kursi )(?<!tps )"
    r"(?<!polisi )(?<!telp )(?<!ktp )"
    rf"((?:nomor|nomer|nmr)\s*(?:urut\s*)?{_ORDINAL})(?![\d./-])",
    re.IGNORECASE,
)
_CAPITALS = r"[A-Z][\w.'’]*(?:\s*[-–&/]\s*[A-Z][\w'’]*|\s+(?:dan\s+)?[A-Z][\w'’]*){0,3}"
_PARTY = re.compile(rf"\b[Pp]artai\s+({_CAPITALS})")
_PAIR = re.compile(rf"\b[Pp]asangan\s+{_CAPITALS}")
_OFFICE = r"(?:bupati|wabup|wali ?kota|gubernur|wagub|presiden|kades|camat|kepala daerah)"
_KIN = r"(?:anak|istri|suami|adik|kakak|menantu|ipar|ponakan|keponakan|mantu|paman)"
_AGAIN = re.compile(
    rf"\b{_OFFICE}\s+(?:yang|yg)\s+(?:nyalon|maju|mencalon\w*|nyalonkan|calon)(?:\s+lagi)?\b",
    re.IGNORECASE,
)
_FAMILY = re.compile(
    r"\b(?:(?:men)?dukung|(?:me)?milih|pilih|(?:me)?menangkan|coblos|kampanyekan|postingan|akun)\s+"
    rf"({_KIN}(?:nya)?(?:\s+(?:pak|bu|bapak|ibu))?(?:\s+{_OFFICE})?)\b",
    re.IGNORECASE,
)
_REPORTED_EARLIER = 60  # characters between "baru tau" and its day
_TOLD_AFTER = 40  # characters after the day: "kemarin ada yang bilang"
_STRONG, _WEAK = 2, 1
_PRESSURE, _PRESSURE_STRONG = 4, 3
_ACTS_ORDERED = (1, 2, 3)  # who is told to like, to pose or to attend reports the pressure
_SOCIAL = re.compile(
    r"facebook|fb\.|instagram|tiktok|twitter|//x\.com|youtu|threads", re.IGNORECASE
)
_NEEDED = ("category", "place", "event_date", "who", "position")


@dataclass(frozen=True, slots=True)
class Story:
    """The fields of the form that a text fills; days both as said and as dates."""

    category: int | None = None
    special: str | None = None  # "uang", "tni-polri" or "hitung": accepted, with another channel
    place: str | None = None
    event: Day | None = None
    known: Day | None = None
    who: str | None = None
    position: str | None = None
    candidate: str | None = None
    link: str | None = None
    source: str | None = None
    missing: tuple[str, ...] = ()

    @property
    def event_date(self) -> date | None:
        return self.event.day if self.event else None

    @property
    def known_date(self) -> date | None:
        return self.known.day if self.known else None


class StoryReader:
    """Reads stories with the words of ``content/tip-story.yaml``."""

    def __init__(self, lexicon: Mapping[str, Any], places: Places) -> None:
        self._places = places
        sets = lexicon["sets"]
        self._people = PersonReader(lexicon["positions"], sets)
        self._categories = {
            int(number): (Phrases(words["strong"], sets), Phrases(words["weak"], sets))
            for number, words in lexicon["categories"].items()
        }
        self._specials = {name: Phrases(words, sets) for name, words in lexicon["specials"].items()}
        self._sources = {name: Phrases(words, sets) for name, words in lexicon["sources"].items()}
        self._seen_online = Phrases(lexicon["seen_online"], sets)
        self._seen_by_others = Phrases(lexicon["seen_by_others"], sets)
        self._known = Phrases(lexicon["known"], sets)
        self._questions = Phrases(lexicon["questions"])
        self._heads = Phrases(lexicon["candidates"]["heads"])
        self._needs_more = Phrases(lexicon["candidates"]["needs_more"])

    @classmethod
    def load(cls, content: Path, places: Places) -> "StoryReader":
        """Raises `ContentError` when a part is missing or unreadable."""
        path = content / LEXICON
        try:
            lexicon = read_yaml(path.read_text(encoding="utf-8"))
            return cls(lexicon, places)
        except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
            raise ContentError(
                f"{path}:1: kata-kata cerita tidak dapat dibaca ({error})."
            ) from error

    def read(self, text: str, today: date) -> Story:
        """What the text says; everything it does not say is None."""
        link = self._link(text)
        prose = _LINK.sub(" ", text)
        special = self._special(prose)
        person = self._people.read(prose)
        category = None if special else self._category(prose, link)
        source = self._source(prose, link)
        event, known = self._days(prose, today, source)
        place = self._place(prose)
        candidate = self._candidate(prose)
        nothing = not (category or special or person.who or link)
        asks = self._questions.find(text)
        if (asks and not (person.who and (event or place))) or (nothing and "?" in text):
            return Story()
        story = Story(
            category,
            special,
            place,
            event,
            known,
            person.who,
            person.position,
            candidate,
            link,
            source,
        )
        return _with_missing(story, person, empty=nothing)

    def _category(self, text: str, link: str | None) -> int | None:
        scores = {
            number: strong.count(text) * (_PRESSURE_STRONG if number == _PRESSURE else _STRONG)
            + _WEAK * weak.count(text)
            for number, (strong, weak) in self._categories.items()
        }
        scores[1] += _STRONG * bool(link and _SOCIAL.search(link))
        if scores[_PRESSURE] >= _PRESSURE_STRONG:
            for act in _ACTS_ORDERED:
                scores[act] = min(scores[act], scores[_PRESSURE])
        best = max(scores.values())
        return next(number for number in _PRECEDENCE if scores[number] == best) if best else None

    def _special(self, text: str) -> str | None:
        return next((name for name, words in self._specials.items() if words.find(text)), None)

    def _source(self, text: str, link: str | None) -> str | None:
        """Told, seen or read; who saw a picture of it on a screen has read it, and that others saw
        it tells nothing."""
        if self._sources["diberi tahu"].find(text):
            return "diberi tahu"
        seen = self._seen_by_others.without(self._seen_online.without(text))
        if self._sources["melihat"].find(seen):
            return "melihat"
        read = link or self._sources["membaca"].find(text) or self._seen_online.find(text)
        return "membaca" if read else None

    def _place(self, text: str) -> str | None:
        regions = self._places.mentioned(text)
        provinces = [region for region in regions if region.level == "province"]
        if len(regions) > 1 and len(provinces) == 1:
            return provinces[0].code  # Gorontalo: true of the city, the regency and the province
        return regions[0].code if len(regions) == 1 else None

    def _days(self, text: str, today: date, source: str | None) -> tuple[Day | None, Day | None]:
        """Event and day of knowing; who saw it himself knew it the same day."""
        known: Day | None = None
        events: list[Day] = []
        for day in find_days(text, today):
            if known is None and self._tells_of_knowing(text, day):
                known = day
            else:
                events.append(day)
        event = next(
            (day for day in events if not _since(text, day)), events[0] if events else None
        )
        if event is None and source == "melihat":
            event = known
        if event and known is None and source == "melihat":
            known = event
        return event, known

    def _tells_of_knowing(self, text: str, day: Day) -> bool:
        before = re.split(r"[.!?\n;]", text[max(0, day.start - _REPORTED_EARLIER) : day.start])[-1]
        after = re.split(r"[.!?\n;,]", text[day.end : day.end + _TOLD_AFTER])[0]
        return self._known.find(before.rsplit(",", 1)[-1]) or self._known.begins(after)

    def _candidate(self, text: str) -> str | None:
        """A candidate with name or number, else a ballot number, a pair, a party, a bare word."""
        heads = [(text[start:end], text[end:]) for start, end in self._heads.spans(text)]
        for head, after in heads:
            if more := _named_or_numbered(head, after):
                return head + more
        for pattern, group in ((_BALLOT, 1), (_PAIR, 0), (_PARTY, 0), (_AGAIN, 0)):
            if found := pattern.search(text):
                return found[group]
        bare = (h for h, after in heads if not self._needs_more.whole(h) and _stands(after))
        family = _FAMILY.search(text)
        number = _ANY_NUMBER.search(text)
        last = family or number
        return next(bare, last[1] if last else None)

    def _link(self, text: str) -> str | None:
        found = _LINK.search(text)
        return found[0].rstrip(".,;:!?)]}") if found else None


# Where two kinds fit equally well, the one that says more about the act.
_PRECEDENCE = (4, 5, 1, 6, 7, 8, 3, 2, 9)


def _since(text: str, day: Day) -> bool:
    """``sejak bulan lalu`` begins what a later day tells of."""
    return re.search(r"(?:sejak|semenjak|mulai)\s+$", text[: day.start], re.IGNORECASE) is not None


def _named_or_numbered(head: str, after: str) -> str | None:
    number = _ORDINAL if _ORDINAL_HEAD.search(head) else _NUMBER
    found = re.match(rf"[ ]+(?:{number}|{_CAPITALS})", after)
    return found[0] if found else None


def _stands(after: str) -> bool:
    """``calon yang ...`` names nobody."""
    return not re.match(r"\s+(?:yang|yg|nya|siapa|mana|lain)\b", after, re.IGNORECASE)


def _with_missing(story: Story, person: Person, *, empty: bool) -> Story:
    said = {
        "category": story.category or story.special,
        "place": story.place,
        "event_date": story.event,
        "who": person.who,
        "position": person.position,
    }
    missing = [name for name in _NEEDED if not said[name]]
    return replace(story, missing=tuple([*missing, "what"] if empty else missing))

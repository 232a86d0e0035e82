"""The records of ``tip place``, ``tip story`` and ``tip expose``: one JSON object in, one out."""

import re
from datetime import date
from typing import Any

from bot.tips.exposure import ExposureFinder
from bot.tips.place import Places
from bot.tips.story import StoryReader
from bot.tips.when import Day

Record = dict[str, Any]
_CALLED_DATE = re.compile(r"^(?:tgl|tanggal|tnggal|tggl)\.?\s*", re.IGNORECASE)


def place_record(record: Record, places: Places) -> Record:
    """``{"id", "codes"}``: Kemendagri codes, best first, at most three."""
    return {
        "id": record["id"],
        "codes": [region.code for region in places.resolve(record["text"])],
    }


def story_record(record: Record, reader: StoryReader, today: date) -> Record:
    """What a first message says; None where it does not."""
    story = reader.read(record["text"], today)
    return {
        "id": record["id"],
        "category": story.category,
        "place": story.place,
        "event_date": _said(story.event, today),
        "known_date": _said(story.known, today),
        "who": story.who,
        "position": story.position,
        "candidate": story.candidate,
        "link": story.link,
        "source": story.source,
        "missing": list(story.missing),
    }


def expose_record(record: Record, finder: ExposureFinder) -> Record:
    """``{"id", "kinds", "spans"}``: what would expose the writer, in the order of the text."""
    found = finder.find(record["text"])
    return {
        "id": record["id"],
        "kinds": [exposure.kind for exposure in found],
        "spans": [exposure.text for exposure in found],
    }


def _said(day: Day | None, today: date) -> str | None:
    """A dated day as it was written, any other as "kemarin" or "7 hari lalu"."""
    if day is None:
        return None
    if day.dated:
        return f"tanggal {_CALLED_DATE.sub('', day.words)}"
    days = (today - day.day).days
    return {0: "hari ini", 1: "kemarin"}.get(days, f"{days} hari lalu")

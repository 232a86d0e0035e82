"""Whole texts of our own, in many voices: most of what they say must be found, little invented."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from bot.tips.exposure import ExposureFinder
from bot.tips.measure import story_record
from bot.tips.story import StoryReader

DATA = Path(__file__).parents[1] / "data"
WORDED = ("who", "position", "candidate")  # shorter or longer than expected is still found
FIELDS = ("category", "place", "event_date", "known_date", *WORDED, "link", "source")


def exposure_lines() -> list[tuple[str, list[str]]]:
    lines = (DATA / "exposure-held-out.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [(text, kinds.split(";") if kinds else []) for text, kinds, _ in rows]


def test_what_exposes_the_writer_is_found(exposure: ExposureFinder) -> None:
    missed = [
        (kind, text)
        for text, kinds in exposure_lines()
        for kind in kinds
        if kind not in {found.kind for found in exposure.find(text)}
    ]
    wanted = sum(len(kinds) for _, kinds in exposure_lines())
    assert len(missed) <= 0.03 * wanted, missed


def test_harmless_look_alikes_are_left_in_peace(exposure: ExposureFinder) -> None:
    harmless = [text for text, kinds in exposure_lines() if not kinds]
    alarms = [text for text in harmless if exposure.find(text)]
    assert len(alarms) <= 0.02 * len(harmless), alarms


def test_stories_are_understood_and_nothing_is_invented(stories: StoryReader, today: date) -> None:
    count: Counter[str] = Counter()
    for line in (DATA / "stories-held-out.jsonl").read_text(encoding="utf-8").splitlines():
        expected = json.loads(line)
        read = story_record({"id": 0, "text": expected["text"]}, stories, today)
        for field in FIELDS:
            count[_outcome(field, expected[field], read[field], expected["event_date"])] += 1
    assert count["found"] >= 0.95 * (count["found"] + count["missed"]), count
    assert count["invented"] <= 0.02 * (count["invented"] + count["silent"]), count


def _outcome(field: str, expected: Any, read: Any, event: str | None) -> str:
    if expected is None:
        same_day = field == "known_date" and read == event
        return "silent" if read is None or same_day else "invented"
    if field in WORDED and read is not None:
        one, other = expected.lower(), read.lower()
        return "found" if one in other or other in one else "missed"
    return "found" if expected == read else "missed"

"""The records of the command line keep their contract."""

from datetime import date

from bot.tips.exposure import ExposureFinder
from bot.tips.measure import expose_record, place_record, story_record
from bot.tips.place import Places
from bot.tips.story import StoryReader


def test_place_gives_codes(places: Places) -> None:
    assert place_record({"id": "a", "text": "kab wonogiri"}, places) == {
        "id": "a",
        "codes": ["33.12"],
    }
    assert place_record({"id": 2, "text": "di rumah"}, places) == {"id": 2, "codes": []}


def test_story_gives_null_for_what_is_not_said(stories: StoryReader, today: date) -> None:
    record = story_record({"id": 1, "text": "lurah kami kampanye 5 hari lalu"}, stories, today)
    assert record == {
        "id": 1,
        "category": 3,
        "place": None,
        "event_date": "5 hari lalu",
        "known_date": None,
        "who": "lurah kami",
        "position": "lurah",
        "candidate": None,
        "link": None,
        "source": None,
        "missing": ["place"],
    }


def test_story_says_days_as_they_were_said(stories: StoryReader, today: date) -> None:
    for said, expected in (
        ("tadi pagi", "hari ini"),
        ("kmrn", "kemarin"),
        ("minggu lalu", "7 hari lalu"),
        ("12 okt 2026", "tanggal 12 okt 2026"),
        ("tgl 12 oktober", "tanggal 12 oktober"),
    ):
        record = story_record({"id": 1, "text": f"camat kampanye {said}"}, stories, today)
        assert record["event_date"] == expected


def test_expose_gives_kinds_and_spans_side_by_side(exposure: ExposureFinder) -> None:
    record = expose_record({"id": 1, "text": "nama saya Wiryo, wa 0812-3344-5566"}, exposure)
    assert record == {
        "id": 1,
        "kinds": ["self_name", "phone"],
        "spans": ["nama saya Wiryo", "0812-3344-5566"],
    }

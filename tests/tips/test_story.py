"""What a first message already says is not asked again; what it does not say is not invented."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ContentError
from bot.tips.phrases import Phrases
from bot.tips.place import Places
from bot.tips.story import Story, StoryReader

CONTENT = Path(__file__).parents[2] / "content"
READER = StoryReader.load(CONTENT, Places.load(CONTENT))
TODAY = date(2026, 11, 21)


def test_a_full_story_leaves_nothing_to_ask() -> None:
    story = READER.read(
        "Camat Kedungsari Bapak Wiryo Sasmita ikut deklarasi calon bupati nomor 2 "
        "di lapangan kab wonogiri tanggal 14 November 2026. Saya lihat sendiri.",
        TODAY,
    )
    assert story.category == 3
    assert story.place == "33.12"
    assert story.event_date == story.known_date == date(2026, 11, 14)
    assert story.position == "Camat"
    assert story.who is not None
    assert story.who.startswith("Camat")
    assert story.candidate == "calon bupati nomor 2"
    assert story.source == "melihat"
    assert story.missing == ()


def test_a_short_story_asks_only_for_the_rest() -> None:
    story = READER.read("kemarin pak lurah bagi-bagi sembako dari paslon 1", TODAY)
    assert (story.who, story.position, story.category) == ("pak lurah", "lurah", 8)
    assert story.missing == ("place",)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("kadis unggah dukungan untuk cabup di facebook", 1),
        ("sekcam berfoto pose jari", 2),
        ("kepsek menghadiri kampanye akbar", 3),
        ("kabag mengancam staf yang tidak memilih petahana", 4),
        ("mobil dinas membawa alat peraga", 5),
        ("sekda mendaftar ke partai lewat penjaringan", 6),
        ("kabid jadi tim sukses", 7),
        ("lurah kumpulkan ktp untuk dukungan", 8),
        ("kepsek menyuruh guru menyukai postingan cabup", 4),
    ],
)
def test_the_kind_of_act(text: str, category: int) -> None:
    assert READER.read(text, TODAY).category == category


@pytest.mark.parametrize(
    ("text", "special"),
    [
        ("ada serangan fajar di kampung sebelah", "uang"),
        ("danramil memasang baliho", "tni-polri"),
        ("kotak suara dibuka malam hari oleh kpps", "hitung"),
    ],
)
def test_what_has_another_channel_is_marked_not_refused(text: str, special: str) -> None:
    story = READER.read(text, TODAY)
    assert (story.special, story.category) == (special, None)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("saya lihat sendiri camat itu hadir", "melihat"),
        ("saya baca di grup wa, camat itu kampanye", "membaca"),
        ("kata tetangga, camat itu kampanye", "diberi tahu"),
        ("camat itu kampanye", None),
        ("camat itu kampanye, banyak yang lihat", None),
        ("camat itu kampanye, teman saya lihat langsung", None),
        ("camat itu kampanye, banyak yang lihat termasuk saya", "melihat"),
    ],
)
def test_how_the_writer_knows(text: str, source: str | None) -> None:
    assert READER.read(text, TODAY).source == source


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("camat palu selatan kampanye", "72.71"),
        ("kantor kecamatan Tatanga jadi posko", "72.71"),
        ("camat Sukajaya kampanye", None),  # one in Bogor, one in Sabang
        ("camat Jayapura kampanye", None),  # also a regency and a city
        ("camat bareng paslon", None),  # also an everyday word
        ("camat Tatanga kampanye di kota Manado", "71.71"),
    ],
)
def test_a_subdistrict_names_its_city_where_it_can_only_be_one(
    text: str, place: str | None
) -> None:
    assert READER.read(text, TODAY).place == place


def test_the_day_of_knowing_is_kept_apart() -> None:
    story = READER.read("lurah kampanye tgl 3 november, saya baru tahu kemarin", TODAY)
    assert story.event_date == date(2026, 11, 3)
    assert story.known_date == date(2026, 11, 20)


def test_a_link_is_taken_whole_and_does_not_name_a_place() -> None:
    story = READER.read(
        "camat kampanye https://www.facebook.com/contoh.palu/posts/12?x=1. tolong dicek", TODAY
    )
    assert story.link == "https://www.facebook.com/contoh.palu/posts/12?x=1"
    assert story.place is None


@pytest.mark.parametrize(
    "text", ["boleh ga camat like postingan paslon?", "halo, apa kabar?", "gimana cara lapor?"]
)
def test_a_question_is_no_story(text: str) -> None:
    assert READER.read(text, TODAY) == Story()


def test_wanting_to_tell_asks_for_everything() -> None:
    story = READER.read("min saya mau lapor", TODAY)
    assert story.missing == ("category", "place", "event_date", "who", "position", "what")


def test_the_candidate_is_not_the_accused() -> None:
    story = READER.read("calon bupati nomor 2 datang ke pasar", TODAY)
    assert (story.who, story.position) == (None, None)
    assert story.candidate == "calon bupati nomor 2"


@given(st.text(max_size=300))
def test_everything_said_stands_in_the_text(text: str) -> None:
    story = READER.read(text, TODAY)
    for said in (story.who, story.position, story.candidate, story.link):
        assert said is None or said in text


def test_a_broken_lexicon_is_reported(tmp_path: Path) -> None:
    (tmp_path / "tip-story.yaml").write_text("categories: {}\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"tip-story\.yaml:1"):
        StoryReader.load(tmp_path, Places.load(CONTENT))


def test_phrases_know_stars_gaps_and_alternatives() -> None:
    phrases = Phrases("post*, foto .. calon, saya/sy lihat")
    assert phrases.find("dia POSTINGAN itu")
    assert phrases.find("foto bareng si calon")
    assert phrases.find("sy lihat")
    assert not phrases.find("repost")
    assert not phrases.find("foto a b c d e f calon")
    assert phrases.whole(" saya lihat ")
    assert phrases.begins("  sy lihat dia")

"""Places as people type them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ContentError
from bot.tips.near import NearWords, distance
from bot.tips.place import ALIASES, CHOICES, Places
from bot.tips.regions import read_aliases, short_name

PLACES = Places.load(Path(__file__).parents[2] / "content")
PLACES.warm()
TYPED = [
    ("desa Suka Maju, kec Tambun, kab bekasi", "32.16"),
    ("surabaya", "35.78"),
    ("Surabya", "35.78"),
    ("kab. kutai kartanegara", "64.02"),
    ("KAB SIDOARJO JATIM", "35.15"),
    ("jakbar", "31.73"),
    ("kobar kalteng", "62.01"),
    ("sidrap", "73.14"),
    ("tapsel", "12.03"),
    ("nabire, papua tengah", "94.01"),
    ("kab merauke papua selatan", "93.01"),
    ("tobasa", "12.12"),
    ("mamuju utara", "76.01"),
    ("toli-toli", "72.04"),
    ("pare2", "73.72"),
    ("padang pariamn", "13.05"),
    ("banadr lampung", "18.71"),
    ("south lampung", "18.01"),
    ("prov sulteng", "72"),
    ("papua barat daya", "96"),
    ("kec coblong", "32.73"),
    ("kecamatan menteng jakarta pusat", "31.71"),
]
NO_PLACE = [
    *("di kantor", "gak tau", "rumah tetangga", "lewati", "indonesia", "takut", "-", "", "kota"),
    *("di balai desa", "lapangan bola", "tadi pagi", "saya tidak tahu", "nomor 2", "singapura"),
    "desa sukamaju",
]


@pytest.mark.parametrize(("typed", "code"), TYPED)
def test_a_typed_line_names_its_region(places: Places, typed: str, code: str) -> None:
    assert [region.code for region in places.resolve(typed)] == [code]


@pytest.mark.parametrize("typed", NO_PLACE)
def test_what_is_no_place_gets_no_code(places: Places, typed: str) -> None:
    assert places.resolve(typed) == []


@pytest.mark.parametrize("name", ["Bandung", "Malang", "Kediri", "Sorong", "Kupang", "Bima"])
def test_one_name_of_two_is_decided_by_its_word(places: Places, name: str) -> None:
    both = places.resolve(name)
    assert {region.level for region in both} >= {"city", "regency"}
    assert [region.level for region in places.resolve(f"kota {name}")] == ["city"]
    assert [region.level for region in places.resolve(f"kab. {name}")] == ["regency"]
    assert [region.level for region in places.resolve(f"{name} kota")] == ["city"]


def test_a_subdistrict_picks_among_regions_of_one_name(places: Places) -> None:
    assert [region.code for region in places.resolve("kec lembang bandung")] == ["32.17"]


def test_village_and_street_names_do_not_mislead(places: Places) -> None:
    for typed in ("desa bogor, kab garut", "jl surabaya, garut", "kec bandung garut"):
        assert places.resolve(typed)[0].code == "32.05"


def test_every_official_name_finds_itself(places: Places) -> None:
    markers = {"city": "kota", "regency": "kabupaten", "province": "provinsi"}
    provinces = places.provinces()
    regions = [region for province in provinces for region in places.children(province.code)]
    assert (len(provinces), len(regions)) == (38, 514)
    for region in [*provinces, *regions]:
        typed = f"{markers[region.level]} {short_name(region.name)}"
        assert [found.code for found in places.resolve(typed)] == [region.code], typed


def test_a_region_is_known_by_its_code(places: Places) -> None:
    palu = places.by_code("72.71")
    assert palu is not None
    assert (palu.name, palu.level, palu.province) == ("Kota Palu", "city", "Sulawesi Tengah")
    assert places.by_code("99.99") is None


@given(st.text(max_size=200))
def test_any_line_gives_at_most_three_known_regions(text: str) -> None:
    found = PLACES.resolve(text)
    assert len(found) <= CHOICES
    assert all(PLACES.by_code(region.code) == region for region in found)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Kepala dinas hadir di deklarasi di Kendari kemarin", ["74.71"]),
        ("bupati garut ikut kampanye", ["32.05"]),
        ("dia lagi malang nasibnya, batu nisan pecah", []),
        ("orang solo itu baik", []),
        ("lurah kami pas rapat minta dukungan", []),
    ],
)
def test_a_story_names_only_what_is_beyond_doubt(
    places: Places, text: str, codes: list[str]
) -> None:
    assert [region.code for region in places.mentioned(text)] == codes


def test_an_unknown_code_is_reported_with_its_line(tmp_path: Path) -> None:
    text = 'names:\n  "11": aceh\n  "99.99": entah\n'
    rest = "groups: {}\nwords: {}\nenglish: {}\nmarkers: {}\ncommon: x\ncareful: x\nnot_typos: x\n"
    path = tmp_path / ALIASES.name
    path.write_text(text + rest, encoding="utf-8")
    with pytest.raises(ContentError, match=r"aliases\.yaml:3: kode wilayah '99\.99'"):
        read_aliases(path, {"11"})
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match="bagian 'groups'"):
        read_aliases(path, {"11"})


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_distance_is_symmetric_and_zero_only_for_itself(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)


def test_near_words_forgive_one_slip_and_two_in_long_ones() -> None:
    near = NearWords(["bogor", "tangerang", "batu"])
    assert near.find("bgoor") == [("bogor", 1)]
    assert near.find("bgro") == []  # two slips in a short name
    assert near.find("tangerngg") == [("tangerang", 2)]
    assert near.find("bat") == []

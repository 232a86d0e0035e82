"""The whole service as its users meet it, killed without warning along the way."""

import re
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.end_to_end.browserless import FormBrowser, Service
from tests.evidence import samples_pictures
from tests.evidence.marks import found

STORY = "Lurah kami memasang spanduk calon wali kota di pagar kantor kelurahan kemarin pagi"
ANSWERS = {
    "Di mana kejadiannya": "Lolu Selatan, Kota Palu",
    "Kapan terjadinya": "kemarin pagi",
    "Siapa yang melakukan": "lurah, kantor kelurahan",
    "Di kantor atau unit mana": "lurah, Kelurahan Lolu Selatan",
    "Yang paling dekat": "5",
    "tautan unggahan": "lewati",
    "Kapan Anda mengetahuinya": "kemarin",
}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    own = Service(tmp_path)
    yield own
    own.stop()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One for the tests that neither kill it nor mind each other's visits."""
    shared = Service(tmp_path_factory.mktemp("service"))
    try:
        shared.start()
        yield shared
    finally:
        shared.stop()


def to_review(person: FormBrowser, story: str = STORY) -> str:
    """From the first word to the review."""
    person.open()
    person.types("sampaikan")
    person.presses("Lanjut tanpa nama")
    return answers(person, person.types(story))


def answers(person: FormBrowser, seen: str) -> str:
    """What is asked, up to the review."""
    for _ in range(8):
        if "Sudah benar?" in seen:
            return seen
        question = next(q for q in ANSWERS if q in seen)
        seen = person.types(ANSWERS[question])
    raise AssertionError(seen)


def sends_a_photo(person: FormBrowser) -> str:
    """A whole tip with a photo that says where it was taken; what is said last."""
    person.open()
    person.types("sampaikan")
    person.presses("Lanjut tanpa nama")
    person.types(STORY)
    photo = samples_pictures.jpeg()
    assert "gps" in found(photo)
    assert "Simpan aslinya" in person.uploads("IMG_20261105.jpg", photo, "image/jpeg")
    answers(person, person.presses("Tanpa tanggal"))
    end = time.monotonic() + 30
    seen = person.presses("Ya, kirim")
    while "Belum dikirim" in seen:
        assert time.monotonic() < end, seen
        time.sleep(0.2)
        seen = person.presses("Periksa lagi")
        if "Sudah benar?" in seen:
            seen = person.presses("Ya, kirim")
    return seen


def receipt_on(page: str) -> str:
    found = re.search(r"\b(?:[a-z]{4,8} ){5}[a-z]{4,8}\b", page)
    assert found, page
    return found[0]


def check_picture(service: Service, page: str) -> None:
    """It opens, and is nothing but a picture."""
    picture = re.search(r'<img src="([^"]+)"', page)
    assert picture
    rebuilt = httpx.get(f"{service.origin}{picture[1]}").content
    assert Image.open(BytesIO(rebuilt)).size == (480, 640)
    assert found(rebuilt) == set()


def wait_for_card(room: FormBrowser, words: str, seconds: float = 90) -> str:
    end = time.monotonic() + seconds
    while words not in (seen := room.open()):
        assert time.monotonic() < end, seen
        time.sleep(0.3)
    return seen


def test_a_tip_and_its_receipt_survive_being_killed(service: Service) -> None:
    service.environment["DELIVERY_DELAY"] = "14"
    service.start()
    person = FormBrowser(f"{service.origin}/obrolan")
    to_review(person)
    person.presses("Ya, kirim")  # committed; suppose that the answer never arrived
    service.kill()

    service.start()
    seen = person.posts_again()
    assert "Tersimpan" in seen
    receipt = receipt_on(seen)

    service.kill()  # between "kirim" and delivery
    service.start()
    room = FormBrowser(service.room)
    wait_for_card(room, "spanduk calon wali kota")
    room.presses("Tanya balik")
    room.types("Sejak tanggal berapa spanduknya terpasang?")

    later = FormBrowser(f"{service.origin}/obrolan")
    later.open()
    later.types("cek")
    assert "Sejak tanggal berapa spanduknya terpasang?" in later.types(receipt)


def test_a_photo_reaches_the_room_without_its_place(running: Service) -> None:
    person = FormBrowser(f"{running.origin}/obrolan")
    assert "Tersimpan" in sends_a_photo(person)

    room = FormBrowser(running.room)
    assert "spanduk calon wali kota" in wait_for_card(room, "Berkas 1.")
    check_picture(running, room.page)


def test_asking_works_without_javascript_and_leaves_no_trace(running: Service) -> None:
    person = FormBrowser(f"{running.origin}/obrolan")
    person.open()
    seen = person.types("Bolehkah like, komentar, atau membagikan unggahan calon?")
    assert "TIDAK BOLEH like" in seen
    files = [*(running.folder / "data").glob("tanya.db*")]
    assert files
    for file in files:
        assert b"membagikan unggahan" not in file.read_bytes()


def test_a_second_process_is_refused_kindly(running: Service) -> None:
    other = Service(running.folder)
    with pytest.raises(AssertionError, match="did not start"):
        other.start()
    assert other.process is not None
    assert other.process.wait(20) == 2
    other.stop()

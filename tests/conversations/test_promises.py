"""Each promise of the privacy text and of the consent, kept by a whole run with canaries.

The canary identity is the account that writes; the canary text is what it tells. Neither may be in
a database file, a log line at DEBUG, a temporary file or an exception, and the identity in no
message to a moderator.
"""

import base64
import hashlib
import logging
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.messages import Address, Incoming
from bot.clock import SetClock
from bot.delivery.retention import sweep
from bot.limits import BODY_DAYS_AT_MOST
from bot.store import cases
from tests.conversations.talk import Person, Room
from tests.conversations.test_tip import tell

IDENTITY = "6281298765432109"
SECRET = "KANARI-RAHASIA-7731"


def shapes_of(identity: str) -> list[bytes]:
    """The identity as it might be kept: raw, hex, base64, plain hashes."""
    raw = identity.encode()
    digests = [hashlib.new(name, raw) for name in ("md5", "sha1", "sha256", "blake2b")]
    hashes = [d.digest() for d in digests] + [d.hexdigest().encode() for d in digests]
    number = int(identity).to_bytes(8, "big")
    return [raw, raw.hex().encode(), base64.b64encode(raw).rstrip(b"="), number, *hashes]


def assert_nowhere(marks: list[bytes], files: list[Path]) -> None:
    for file in files:
        content = file.read_bytes() if file.is_file() else b""
        for mark in marks:
            assert mark not in content, f"{mark!r} in {file.name}"


async def test_a_whole_run_leaves_no_canary_anywhere(
    person: Person,
    room: Room,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    caplog.set_level(logging.DEBUG)
    person.chat = IDENTITY
    await person.says(f"bolehkah like unggahan calon? {SECRET}")
    await tell(person, f"Ada pegawai dinas yang membagikan brosur calon, {SECRET}")
    await person.presses("Ya, kirim")
    await room.waits()
    await person.says("/cek")
    await person.says(person.receipt)
    await person.presses("Tambah")
    await person.says(f"Tambahan informasi: {SECRET}")
    await room.waits()

    assert any(SECRET in str(card.text) for card in room.cards)  # the desk did get it
    assert not any(IDENTITY in str(card.text) for card in room.cards)
    marks = [*shapes_of(IDENTITY), SECRET.encode(), person.receipt.encode()]
    assert_nowhere(marks, [file for file in tmp_path.rglob("*") if file.is_file()])
    assert not any(mark in caplog.text.encode() for mark in marks)


async def test_an_exception_shows_neither_who_nor_what(person: Person) -> None:
    incoming = Incoming(SECRET, channel="telegram")
    address = Address("telegram", IDENTITY)
    assert IDENTITY not in repr(address)
    assert SECRET not in repr(incoming)


async def test_two_tips_of_one_person_cannot_be_linked_after_a_day(
    person: Person, room: Room, clock: SetClock
) -> None:
    ring = person.app.ring
    before = ring.conversation_key(f"telegram:{person.chat}", clock.today())
    tag = ring.sender_tag(f"telegram:{person.chat}")
    await tell(person)
    await person.presses("Ya, kirim")
    await room.waits()
    clock.forward(days=2)
    await sweep(person.app.database, ring, clock)
    assert ring.conversation_key(f"telegram:{person.chat}", clock.today()) != before
    assert ring.sender_tag(f"telegram:{person.chat}") != tag
    case = await cases.case_by_code(person.app.database, "demo", _code(room))
    assert case is not None
    with pytest.raises(KeyError):
        ring.state_key(clock.today() - timedelta(days=2))


async def test_a_tip_is_gone_after_its_time(person: Person, room: Room, clock: SetClock) -> None:
    await tell(person)
    await person.presses("Ya, kirim")
    await room.waits()
    clock.forward(days=BODY_DAYS_AT_MOST + 1)
    await sweep(person.app.database, person.app.ring, clock)
    assert await cases.case_by_code(person.app.database, "demo", _code(room)) is None
    await person.says("/cek")
    assert "Tidak ada yang bisa dibuka" in await person.says(person.receipt)


async def test_a_closed_case_is_gone_fourteen_days_later(
    person: Person, room: Room, clock: SetClock
) -> None:
    await tell(person)
    await person.presses("Ya, kirim")
    await room.waits()
    await room.presses("Tutup")
    clock.forward(days=15)
    await sweep(person.app.database, person.app.ring, clock)
    assert await cases.case_by_code(person.app.database, "demo", _code(room)) is None


async def test_wrong_and_unknown_receipts_say_the_same(person: Person) -> None:
    words = person.app.ports.words
    said = []
    for _ in range(2):
        await person.says("/batal")
        await person.says("/cek")
        said.append(await person.says(words.draw()))
    assert said[0] == said[1]


async def test_the_privacy_text_names_its_numbers_from_the_limits(person: Person) -> None:
    said = await person.says("/privasi")
    assert f"paling lama {BODY_DAYS_AT_MOST} hari" in said
    assert "14 hari sesudah ditutup" in said
    assert "peragaan" in said


def _code(room: Room) -> str:
    return str(room.cards[0].text).split(" ")[0]

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
from typing import Any

import pytest
from sqlalchemy import Table, select

from bot.chat.messages import Address, Incoming
from bot.clock import SetClock
from bot.delivery.retention import sweep
from bot.limits import BODY_DAYS_AT_MOST
from bot.store import cases, desk_work, nudges
from bot.store.effects import Block
from bot.store.schema import audit, case_messages, desk_counts
from tests.conversations.scripts import FULL
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
    await _through_every_state(person)
    await tell(person, f"Ada pegawai dinas yang membagikan brosur calon, {SECRET}")
    await person.presses("Ya, kirim")
    await person.presses("Kabari saya")
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


async def _through_every_state(person: Person) -> None:
    """An offer, held files, a question in between, going back, a reminder, and leaving."""
    await person.sends("photo", SECRET)
    await person.presses("Sampaikan")
    await person.says(f"Pak Budi, kepala seksi, ikut kampanye kemarin {SECRET}")
    await person.presses("Lanjut")
    await person.presses("Tanpa tanggal")
    await person.says(f"apakah {SECRET} aman?")
    await person.says("kembali")
    await person.says(f"Lurah memasang spanduk calon di pagar {SECRET}. Hubungi saya 081234567890")
    person.app.clock.forward(minutes=40)  # type: ignore[attr-defined]
    await person.says(f"lanjut dong {SECRET}")
    await person.says("batal")


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


async def test_what_the_desk_wrote_goes_with_the_tip(
    person: Person, room: Room, clock: SetClock
) -> None:
    await _sent_and_answered(person, room)
    kept = await _rows(person, case_messages)
    assert {row["direction"] for row in kept} >= {"tip", "reply"}
    clock.forward(days=BODY_DAYS_AT_MOST + 1)
    await sweep(person.app.database, person.app.ring, clock)
    assert await _rows(person, case_messages) == []


async def test_what_stays_holds_no_words(person: Person, room: Room, clock: SetClock) -> None:
    await _sent_and_answered(person, room)
    clock.forward(days=BODY_DAYS_AT_MOST + 1)
    await sweep(person.app.database, person.app.ring, clock)
    deeds, counts = await _rows(person, audit), await _rows(person, desk_counts)
    assert deeds
    assert counts
    named = {"id", "case_id", "desk", "moderator", "action", "day", "version", "place"}
    assert {name for row in deeds for name in row} == named
    assert {name for row in counts for name in row} == {"desk", "week", "name", "value", "count"}
    for row in (*deeds, *counts):
        assert not any(word in str(row.values()) for word in ("brosur", QUESTION, person.chat))


async def test_a_blocked_sender_is_forgotten_with_the_day(person: Person, clock: SetClock) -> None:
    database = person.app.database
    async with database.begin() as connection:
        await desk_work.block(connection, Block("demo", b"tag", str(clock.today())))
    assert await desk_work.is_blocked(database, "demo", b"tag")
    clock.forward(days=2)
    await sweep(database, person.app.ring, clock)
    assert not await desk_work.is_blocked(database, "demo", b"tag")


@pytest.mark.parametrize(("channel", "days"), [("telegram", 14), ("whatsapp", 2)])
async def test_a_wish_for_a_notice_ends_by_itself(
    person: Person, clock: SetClock, channel: str, days: int
) -> None:
    person.channel = channel
    await tell(person)
    await person.picks("Ya, kirim")
    await person.picks("Kabari saya")
    assert await nudges.weeks_in_use(person.app.database)
    clock.forward(days=days)
    await sweep(person.app.database, person.app.ring, clock)
    assert await nudges.weeks_in_use(person.app.database) == set()


async def test_the_size_of_the_circle_is_not_kept(person: Person, room: Room) -> None:
    await person.says("/sampaikan")
    await person.presses("Lanjut")
    await person.says(FULL + " di rapat internal")
    await person.presses("Kurang dari lima")
    await person.presses("Ya, kirim")
    await room.waits()
    [case] = await cases.cases_of_kind(person.app.database, "tip")
    content = await person.app.ports.casebook.content(case)
    assert content
    assert "circle" not in content
    assert "Kurang dari lima" not in f"{content} {room.cards}"


QUESTION = "Pukul berapa kejadiannya?"


async def _sent_and_answered(person: Person, room: Room) -> None:
    await tell(person)
    await person.presses("Ya, kirim")
    await room.waits()
    await room.presses("Tanya balik")
    await room.says(QUESTION)


async def _rows(person: Person, table: Table) -> list[dict[str, Any]]:
    async with person.app.database.read() as connection:
        return [dict(row) for row in (await connection.execute(select(table))).mappings()]

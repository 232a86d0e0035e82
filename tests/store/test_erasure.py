"""Erasure: the row's own ciphertext and wrapped keys are gone from the files, and a copy made
before does not open with the keys that remain. A plaintext marker would prove nothing."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import SetClock
from bot.delivery.retention import sweep
from bot.keys.crypto import SealError
from bot.keys.ring import KeyRing
from bot.store import cases, outbox
from bot.store.engine import Database, open_database
from bot.tips.sealing import open_at_desk, open_for_delivery
from tests.store.test_outbox import DAY, accept


async def _delivered_case(database: Database, ring: KeyRing, clock: SetClock) -> str:
    case_id = await accept(database, ring, 1, due=int(clock.now()))
    job = await outbox.claim(database, int(clock.now()))
    assert job is not None
    await outbox.acknowledge(database, job, DAY)
    return case_id


async def test_the_bytes_of_an_expired_case_are_gone_from_every_file(
    sqlite_database: Database, ring: KeyRing, clock: SetClock, tmp_path: Path
) -> None:
    case_id = await _delivered_case(sqlite_database, ring, clock)
    [stored] = await cases.messages_of(sqlite_database, case_id)
    marks = [stored.message.body[:64], stored.message.key_for_desk]
    files = [tmp_path / "tanya.db", tmp_path / "tanya.db-wal"]
    assert any(mark in file.read_bytes() for file in files for mark in marks)

    clock.forward(days=100)
    await sweep(sqlite_database, ring, clock)

    assert await cases.case_by_id(sqlite_database, case_id) is None
    for file in filter(Path.exists, files):
        for mark in marks:
            assert mark not in file.read_bytes(), file.name


async def test_an_old_backup_does_not_open_with_todays_keys(
    sqlite_database: Database, ring: KeyRing, clock: SetClock, tmp_path: Path
) -> None:
    case_id = await _delivered_case(sqlite_database, ring, clock)
    await sqlite_database.truncate_log()
    shutil.copy(tmp_path / "tanya.db", tmp_path / "backup.db")
    clock.forward(days=100)
    await sweep(sqlite_database, ring, clock)

    backup = open_database(f"sqlite+aiosqlite:///{tmp_path / 'backup.db'}")
    [stored] = await cases.messages_of(backup, case_id)
    with pytest.raises((SealError, KeyError)):
        open_at_desk(ring, "palu", case_id, 0, stored.message)
    with pytest.raises((SealError, KeyError)):
        open_for_delivery(ring, case_id, 0, stored.message)
    await backup.close()


async def test_a_case_that_lives_keeps_its_key_into_the_next_months(
    database: Database, ring: KeyRing, clock: SetClock
) -> None:
    case_id = await _delivered_case(database, ring, clock)
    clock.forward(days=60)
    await sweep(database, ring, clock)
    [stored] = await cases.messages_of(database, case_id)
    assert open_at_desk(ring, "palu", case_id, 0, stored.message) == {"text": "isi"}


async def test_a_case_lives_for_ninety_days_and_no_longer(
    database: Database, ring: KeyRing, clock: SetClock
) -> None:
    case_id = await _delivered_case(database, ring, clock)
    last = clock.today() + timedelta(days=90)
    assert str(last) == "2027-02-16"
    clock.forward(days=89)
    await sweep(database, ring, clock)
    assert await cases.case_by_id(database, case_id) is not None
    clock.forward(days=1)
    await sweep(database, ring, clock)
    assert await cases.case_by_id(database, case_id) is None

"""Erasure: the row's own ciphertext and wrapped keys are gone from the files, and a copy made
before does not open with the keys that remain. A plaintext marker would prove nothing."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.clock import SetClock
from bot.delivery.retention import sweep
from bot.keys.crypto import SealError
from bot.keys.ring import KeyRing
from bot.store import cases, evidence, outbox
from bot.store.effects import QueueEvidence
from bot.store.engine import Database, open_database
from bot.store.outage import StoreUnavailable
from bot.tips.evidence.storage import EvidenceMissing, EvidenceStore
from bot.tips.sealing import open_at_desk, open_for_delivery
from tests.conftest import fresh_postgresql
from tests.store.saved import create_beside, restore, save
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


async def test_on_postgresql_the_bytes_of_an_expired_case_are_gone_from_every_table(
    postgres_server: str, ring: KeyRing, clock: SetClock
) -> None:
    database = open_database(await fresh_postgresql(postgres_server))
    case_id = await _delivered_case(database, ring, clock)
    [stored] = await cases.messages_of(database, case_id)
    marks = [stored.message.body[:64], stored.message.key_for_desk]
    assert await _found_in_tables(database, marks)

    clock.forward(days=100)
    await sweep(database, ring, clock)

    assert not await _found_in_tables(database, marks)  # its log (WAL) is the archive's to drop
    await database.close()


async def test_the_evidence_of_an_expired_case_is_gone_and_a_copy_of_it_does_not_open(
    database: Database, ring: KeyRing, clock: SetClock, tmp_path: Path
) -> None:
    folder = tmp_path / "evidence"
    store = EvidenceStore(str(folder), clock)
    stored = await store.put(b"foto " * 1_000)
    [sealed] = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    file = {"object": stored.object, "key": stored.key.hex()}
    await _ready(database, "berkas1", stored.object, str(clock.today()))
    content = {"text": "isi", "files": [file]}
    case_id = await accept(database, ring, 1, content=content, evidence=("berkas1",))
    [backup] = await cases.messages_of(database, case_id)
    assert open_at_desk(ring, "palu", case_id, 0, backup.message) == content

    clock.forward(days=100)
    await sweep(database, ring, clock, store=store)

    with pytest.raises(EvidenceMissing):
        await store.read(stored.object, stored.key)
    left = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert not any(sealed[:64] in each for each in left)
    for key in (stored.key, stored.key.hex().encode()):
        assert not any(key in each for each in left)
    with pytest.raises((SealError, KeyError)):  # the only place that held the file's key
        open_at_desk(ring, "palu", case_id, 0, backup.message)


async def _ready(database: Database, id_: str, name: str, day: str) -> None:
    """A file whose copy is made and lies in the store."""
    async with database.begin() as connection:
        await evidence.queue(connection, QueueEvidence(id_, day, 0, b"job"))
    job = await evidence.claim(database, 1, 60)
    assert job is not None
    async with database.begin() as connection:
        assert await evidence.settle(connection, job, evidence.READY, b"result", name)


async def _found_in_tables(database: Database, marks: list[bytes]) -> bool:
    async with database.read() as connection:
        await connection.execute(text("CHECKPOINT"))
        folder = (await connection.execute(text("SHOW data_directory"))).scalar_one()
        number = text("SELECT oid FROM pg_database WHERE datname = current_database()")
        oid = (await connection.execute(number)).scalar_one()
    files = [path.read_bytes() for path in (Path(folder) / "base" / str(oid)).iterdir()]
    return any(mark in file for file in files for mark in marks)


async def test_an_old_backup_does_not_open_with_todays_keys(
    database: Database, ring: KeyRing, clock: SetClock, tmp_path: Path
) -> None:
    """Neither of a case that its desk had, nor of one that was waiting."""
    delivered = await _delivered_case(database, ring, clock)
    waiting = await accept(database, ring, 2, due=int(clock.now()))
    backup = await _backup(database, tmp_path)
    [of_desk] = await cases.messages_of(backup, delivered)
    [of_worker] = await cases.messages_of(backup, waiting)
    assert open_at_desk(ring, "palu", delivered, 0, of_desk.message) == {"text": "isi"}
    assert open_for_delivery(ring, waiting, 0, of_worker.message) == {"text": "isi"}
    clock.forward(days=100)
    await sweep(database, ring, clock)

    for case_id, stored in ((delivered, of_desk), (waiting, of_worker)):
        with pytest.raises((SealError, KeyError)):
            open_at_desk(ring, "palu", case_id, 0, stored.message)
        with pytest.raises((SealError, KeyError)):
            open_for_delivery(ring, case_id, 0, stored.message)
    await sweep(backup, ring, clock)  # whoever starts it again finds nothing but the lack of it
    assert await cases.case_by_id(backup, delivered) is None
    await backup.close()


async def test_keys_die_also_where_the_database_cannot_be_cleaned_up(
    sqlite_database: Database, ring: KeyRing, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def sick() -> None:
        raise StoreUnavailable("53100")

    await _delivered_case(sqlite_database, ring, clock)
    names = set(ring.month_names())
    clock.forward(days=100)
    monkeypatch.setattr(sqlite_database, "truncate_log", sick)
    with pytest.raises(StoreUnavailable):
        await sweep(sqlite_database, ring, clock)
    assert not names & set(ring.month_names())


async def _backup(database: Database, folder: Path) -> Database:
    """Saved and restored elsewhere."""
    url = database.engine.url
    there = url.set(database=f"{url.database}_restored")
    if not database.is_sqlite:
        await create_beside(url.render_as_string(hide_password=False), there.database or "")
    await asyncio.to_thread(save, url.render_as_string(hide_password=False), folder)
    await asyncio.to_thread(restore, folder, there.render_as_string(hide_password=False))
    return open_database(there.render_as_string(hide_password=False))


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

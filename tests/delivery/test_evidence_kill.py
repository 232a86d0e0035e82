"""kill -9 while files are copied: every one is copied in the end, and no original stays behind."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.chat.addressed import FetchFile, complete
from bot.chat.draft_files import DraftFiles
from bot.chat.messages import Address, Attachment
from bot.clock import SystemClock
from bot.keys.ring import KeyRing, open_ring
from bot.limits import EVIDENCE_LEASE
from bot.store import cases, evidence
from bot.store.engine import Database
from bot.tips.evidence.storage import EvidenceStore
from tests.delivery.killed_evidence_worker import MARK

FILES = [str(number) for number in range(4)]
KILLS = 2
SCRIPT = "tests.delivery.killed_evidence_worker"


async def _queue(database: Database, ring: KeyRing) -> None:
    for id_ in FILES:
        effect = FetchFile(id_, Attachment("photo", id_))
        async with database.begin() as connection:
            await cases.apply(connection, complete(effect, Address("telegram", "1"), ring))


async def _left(database: Database) -> int:
    return len(await evidence.waiting(database))


async def _until(database: Database, left: int) -> None:
    for _ in range(600):
        if await _left(database) <= left:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the worker stands still")


@pytest.mark.slow
async def test_a_worker_killed_while_it_copies_loses_no_file(
    database: Database, tmp_path: Path
) -> None:
    keys, store = tmp_path / "keys", tmp_path / "evidence"
    ring = open_ring(str(keys), SystemClock())
    await _queue(database, ring)
    url = database.engine.url.render_as_string(hide_password=False)
    (tmp_path / "tmp").mkdir()
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}

    for kill in range(KILLS + 1):
        ahead = str(kill * (EVIDENCE_LEASE + 1))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", SCRIPT, url, str(keys), str(store), ahead), env=environment
        )
        last = kill == KILLS
        await _until(database, 0 if last else max(0, len(FILES) - kill - 1))
        await asyncio.sleep(0 if last else 0.07 * (kill + 1))
        process.kill()
        await process.wait()

    files = await DraftFiles(database, ring).of(FILES)
    assert [file.state for file in files] == ["ready"] * len(FILES)
    opened = EvidenceStore(str(store))
    for file in files:
        copy = await opened.read(file.file["object"], bytes.fromhex(file.file["key"]))
        assert copy.startswith(b"\xff\xd8")
        assert MARK not in copy
    assert len(await opened.names(0)) <= len(FILES) + KILLS
    assert list((tmp_path / "tmp").iterdir()) == []
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or MARK not in path.read_bytes(), path

"""Evidence at rest: what goes in comes out, nothing else does, and a loss is noticed."""

import hashlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import datetime, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import SetClock
from bot.errors import OperatorError
from bot.keys.crypto import new_key
from bot.limits import EVIDENCE_FRAME, ZONE
from bot.tips.evidence.storage import (
    EvidenceDamaged,
    EvidenceMissing,
    EvidenceStore,
    EvidenceUnavailable,
    StoredFile,
    size_class,
)

CONTENT = EVIDENCE_FRAME - 4
AROUND_A_FRAME = st.integers(-2, 2).flatmap(
    lambda by: st.sampled_from([0, 1, 2, 3]).map(lambda n: max(0, n * CONTENT + by))
)
FRAME_AT_REST = EVIDENCE_FRAME + 17
fast = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: SetClock) -> EvidenceStore:
    url = str(tmp_path / "evidence") if request.param == "folder" else "memory:///"
    return EvidenceStore(url, clock)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "evidence"


@pytest.fixture
def in_folder(folder: Path, clock: SetClock) -> EvidenceStore:
    return EvidenceStore(f"file://{folder}", clock)


async def _in_pieces(content: bytes, sizes: list[int]) -> AsyncIterator[bytes]:
    start = 0
    for size in sizes:
        yield content[start : start + size]
        start += size
    yield content[start:]


@fast
@given(length=AROUND_A_FRAME, sizes=st.lists(st.integers(0, 100_000), max_size=5))
async def test_any_bytes_in_any_pieces_come_back(
    store: EvidenceStore, length: int, sizes: list[int]
) -> None:
    content = os.urandom(length)
    kept = await store.put(_in_pieces(content, sizes))
    assert await store.read(kept.object, kept.key) == content
    assert (kept.size, kept.sha256) == (length, hashlib.sha256(content).hexdigest())


@fast
@given(place=st.integers(0, 3 * FRAME_AT_REST + 23), bit=st.integers(0, 7))
async def test_any_flipped_bit_is_noticed(
    in_folder: EvidenceStore, folder: Path, place: int, bit: int
) -> None:
    kept = await in_folder.put(bytes(3 * CONTENT))
    stored = bytearray((folder / kept.object).read_bytes())
    assert len(stored) == 24 + 3 * FRAME_AT_REST
    stored[place] ^= 1 << bit
    await _is_noticed(in_folder, folder, kept, bytes(stored))


@fast
@given(length=st.integers(0, 3 * FRAME_AT_REST + 23))
async def test_any_cut_is_noticed(in_folder: EvidenceStore, folder: Path, length: int) -> None:
    kept = await in_folder.put(bytes(3 * CONTENT))
    await _is_noticed(in_folder, folder, kept, (folder / kept.object).read_bytes()[:length])


async def test_cut_between_frames_is_noticed(in_folder: EvidenceStore, folder: Path) -> None:
    kept = await in_folder.put(bytes(3 * CONTENT))
    for frames in range(3):
        stored = (folder / kept.object).read_bytes()[: 24 + frames * FRAME_AT_REST]
        await _is_noticed(in_folder, folder, kept, stored)


async def test_frames_in_another_order_are_noticed(in_folder: EvidenceStore, folder: Path) -> None:
    kept = await in_folder.put(bytes(3 * CONTENT))
    stored = (folder / kept.object).read_bytes()
    first, second = 24, 24 + FRAME_AT_REST
    turned = stored[second : second + FRAME_AT_REST] + stored[first:second]
    stored = stored[:24] + turned + stored[24 + 2 * FRAME_AT_REST :]
    await _is_noticed(in_folder, folder, kept, stored)


async def test_something_appended_is_noticed(in_folder: EvidenceStore, folder: Path) -> None:
    kept = await in_folder.put(b"isi")
    stored = (folder / kept.object).read_bytes()
    for more in (b"x", stored[24:]):
        await _is_noticed(in_folder, folder, kept, stored + more)


async def _is_noticed(store: EvidenceStore, folder: Path, kept: StoredFile, stored: bytes) -> None:
    (folder / kept.object).write_bytes(stored)
    with pytest.raises(EvidenceDamaged):
        await store.read(kept.object, kept.key)


async def test_another_key_opens_nothing(store: EvidenceStore) -> None:
    kept = await store.put(b"isi")
    with pytest.raises(EvidenceDamaged):
        await store.read(kept.object, new_key())


async def test_a_missing_object_is_said_and_deleting_it_is_no_error(store: EvidenceStore) -> None:
    kept = await store.put(b"isi")
    await store.delete(kept.object)
    await store.delete(kept.object)
    with pytest.raises(EvidenceMissing):
        await store.read(kept.object, kept.key)


async def test_no_name_leads_out_of_the_folder(in_folder: EvidenceStore, folder: Path) -> None:
    outside = folder.parent / "rahasia"
    outside.write_bytes(b"x")
    for name in ("../rahasia", str(outside), "", "."):
        with pytest.raises(EvidenceMissing):
            await in_folder.read(name, new_key())
        with pytest.raises(EvidenceMissing):
            await in_folder.delete(name)
    assert outside.exists()


async def test_equal_files_look_different_and_nothing_clear_is_stored(
    in_folder: EvidenceStore, folder: Path
) -> None:
    content = b"PENANDA-" * 2_000
    one, other = await in_folder.put(content), await in_folder.put(content)
    assert one.object != other.object
    assert one.key != other.key
    stored = [path.read_bytes() for path in folder.iterdir()]
    assert stored[0] != stored[1]
    assert not any(b"PENANDA" in found for found in stored)


async def test_only_a_size_class_shows(in_folder: EvidenceStore, folder: Path) -> None:
    kept = [await in_folder.put(bytes(size)) for size in (0, 1, 50_000, CONTENT)]
    assert len({(folder / one.object).stat().st_size for one in kept}) == 1


@given(st.integers(1, 2_000))
def test_padding_costs_at_most_a_tenth(frames: int) -> None:
    assert frames <= size_class(frames) <= max(frames, frames * 1.1)


def test_size_classes_are_few() -> None:
    assert len({size_class(frames) for frames in range(1, 321)}) <= 52


async def test_a_file_is_dated_by_the_day_only(
    in_folder: EvidenceStore, folder: Path, clock: SetClock
) -> None:
    kept = await in_folder.put(b"isi")
    found = datetime.fromtimestamp((folder / kept.object).stat().st_mtime, ZONE)
    assert (found.date(), found.time()) == (clock.today(), time())


async def test_the_sweep_sees_what_is_old_enough(
    in_folder: EvidenceStore, folder: Path, clock: SetClock
) -> None:
    old = await in_folder.put(b"lama")
    clock.forward(days=2)
    await in_folder.put(b"baru")
    (folder / "catatan.txt").write_text("bukan bukti")
    assert await in_folder.names(2) == [old.object]
    assert await in_folder.names(3) == []
    assert len(await in_folder.names(0)) == 2


async def test_the_sweep_sees_what_a_killed_writer_left(
    in_folder: EvidenceStore, folder: Path, clock: SetClock
) -> None:
    left = folder / f"{'0' * 32}.part"
    left.write_bytes(b"setengah")
    os.utime(left, (clock.now(), clock.now()))
    clock.forward(days=2)
    assert await in_folder.names(1) == [left.name]
    await in_folder.delete(left.name)
    assert list(folder.iterdir()) == []


async def test_the_sweep_sees_objects_of_a_bucket() -> None:
    store = EvidenceStore("memory:///")
    kept = await store.put(b"isi")
    assert await store.names(0) == [kept.object]
    assert await store.names(1) == []


async def test_a_source_that_breaks_leaves_nothing(in_folder: EvidenceStore, folder: Path) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield bytes(5 * EVIDENCE_FRAME)
        raise ConnectionError("putus")

    with pytest.raises(ConnectionError):
        await in_folder.put(breaking())
    assert list(folder.iterdir()) == []


FULL_DISK = """
import asyncio, resource, signal, sys
from bot.tips.evidence.storage import EvidenceStore
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    asyncio.run(EvidenceStore(sys.argv[1]).put(bytes(3_000_000)))
except OSError:
    sys.exit(7)
"""


def test_a_disk_that_takes_no_more_raises_and_leaves_nothing(folder: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", FULL_DISK, str(folder)], timeout=60)
    assert ended.returncode == 7
    assert list(folder.iterdir()) == []


async def test_a_bucket_out_of_reach_is_an_os_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    store = EvidenceStore("s3://bukti")
    with pytest.raises(EvidenceUnavailable):
        await store.put(b"isi")


@pytest.mark.parametrize("url", ["ftp://tempat/bukti", "https://tempat/bukti", "az://wadah/bukti"])
def test_an_address_of_no_use_is_said_at_start(url: str) -> None:
    with pytest.raises(OperatorError, match="EVIDENCE_URL"):
        EvidenceStore(url)


def test_a_folder_that_cannot_be_made_is_said_at_start(tmp_path: Path) -> None:
    (tmp_path / "berkas").write_bytes(b"")
    with pytest.raises(OperatorError, match="EVIDENCE_URL"):
        EvidenceStore(str(tmp_path / "berkas" / "bukti"))


async def test_a_20_mb_file_takes_little_memory(in_folder: EvidenceStore) -> None:
    import tracemalloc

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield bytes(2**20)

    await in_folder.put(b"pemanasan")
    tracemalloc.start()
    try:
        kept = await in_folder.put(pieces())
        async for _ in in_folder.open(kept.object, kept.key):
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * 2**20


@pytest.mark.parametrize("place", ["folder", "memory"])
async def test_a_store_belongs_to_the_database_that_claimed_it_first(
    place: str, tmp_path: Path
) -> None:
    store = EvidenceStore("memory://" if place == "memory" else str(tmp_path))
    assert await store.belongs_to(b"a" * 32)
    assert not await store.belongs_to(b"b" * 32)
    assert await store.belongs_to(b"a" * 32)
    assert await store.names(0) == []

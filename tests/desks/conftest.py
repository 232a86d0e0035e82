"""An assistant with desks in a file, each attended; receipts are cheap here."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App, open_app
from bot.clock import SetClock
from bot.content import Content, load_content
from bot.settings import load_settings
from bot.store import moderators
from bot.tips import receipts
from tests.conftest import CONTENT
from tests.desks.talk import Moderator

DESKS = """
palu: {name: Meja Palu, channel: telegram, chat: "-1001", regions: ["72.71"]}
poso: {name: Meja Poso, channel: telegram, chat: "-1002", regions: ["72.02"]}
sulteng: {name: Meja Sulteng, channel: telegram, chat: "-1003", regions: ["72"], owner: ["72"]}
pusat: {name: Meja Pusat, channel: telegram, chat: "-1004", regions: [nasional]}
rapat: {name: Meja Tertutup, channel: telegram, chat: "-1005", regions: ["72.03"], mode: sealed}
kurator: {name: Meja Kurator, kind: curator, channel: telegram, chat: "-1009"}
"""
SEATS = (
    ("palu", "sari", "moderator"),
    ("palu", "budi", "moderator"),
    ("palu", "ratna", "owner"),
    ("poso", "made", "moderator"),
    ("sulteng", "wayan", "owner"),
    ("pusat", "tono", "moderator"),
    ("rapat", "lina", "moderator"),
    ("kurator", "dewi", "moderator"),
)


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory) -> Content:
    return load_content(CONTENT, Path("data/cache"))


@pytest.fixture(autouse=True)
def _cheap_receipts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "ARGON2_MEMORY", 64 * 1024)


@pytest.fixture
def desks_file(tmp_path: Path) -> Path:
    path = tmp_path / "desks.yaml"
    path.write_text(DESKS, encoding="utf-8")
    return path


@pytest.fixture
async def app(
    tmp_path: Path, desks_file: Path, clock: SetClock, content: Content
) -> AsyncIterator[App]:
    settings = load_settings(
        _env_file=None,
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'tanya.db'}",
        keys_url=str(tmp_path / "keys"),
        evidence_url=str(tmp_path / "evidence"),
        desks_file=desks_file,
    )
    async with open_app(settings, clock, content=content) as opened:
        async with opened.database.begin() as connection:
            for desk, name, role in SEATS:
                await moderators.enrol(connection, desk, name, "2026-11-18", role)
        yield opened


@pytest.fixture
def sari(app: App) -> Moderator:
    return Moderator(app, "sari")


@pytest.fixture
def budi(app: App) -> Moderator:
    return Moderator(app, "budi")

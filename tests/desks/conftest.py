"""An assistant with desks in a file, each attended."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App, open_app
from bot.clock import SetClock
from bot.content import Content
from bot.store import moderators
from tests.conftest import settings_at
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


@pytest.fixture
async def app(
    tmp_path: Path, sqlite_template: Path, clock: SetClock, content: Content
) -> AsyncIterator[App]:
    settings = settings_at(tmp_path, sqlite_template, desks_file=desks_file(tmp_path, DESKS))
    async with open_app(settings, clock, content=content) as opened:
        async with opened.database.begin() as connection:
            for desk, name, role in SEATS:
                await moderators.enrol(connection, desk, name, "2026-11-18", role)
        yield opened


def desks_file(folder: Path, desks: str) -> Path:
    path = folder / "desks.yaml"
    path.write_text(desks, encoding="utf-8")
    return path


@pytest.fixture
def sari(app: App) -> Moderator:
    return Moderator(app, "sari")


@pytest.fixture
def budi(app: App) -> Moderator:
    return Moderator(app, "budi")

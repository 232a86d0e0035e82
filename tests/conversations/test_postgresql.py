"""The same walk on PostgreSQL, with two replicas that share database and keys."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App, open_app
from bot.clock import SetClock
from bot.content import Content
from bot.settings import load_settings
from tests.conftest import fresh_postgresql
from tests.conversations.talk import Person, Room
from tests.conversations.test_tip import tell


@pytest.fixture
async def replicas(
    tmp_path: Path, clock: SetClock, content: Content, postgres_server: str
) -> AsyncIterator[tuple[App, App]]:
    settings = load_settings(
        _env_file=None,
        database_url=await fresh_postgresql(postgres_server),
        keys_url=str(tmp_path / "keys"),
        evidence_url=str(tmp_path / "evidence"),
    )
    async with (
        open_app(settings, clock, content=content) as one,
        open_app(settings, clock, content=content) as other,
    ):
        yield one, other


async def test_a_tip_begun_on_one_replica_ends_on_the_other(
    replicas: tuple[App, App], clock: SetClock
) -> None:
    one, other = replicas
    person, room = Person(one), Room(other, clock)
    await tell(person)
    person.app = other
    await person.presses("Ya, kirim")
    await room.waits()
    assert len(room.cards) == 1
    await room.presses("Tanya balik")
    await room.says("Di halaman kantor sebelah mana?")
    person.app = one
    await person.says("/cek")
    assert "sebelah mana?" in await person.says(person.receipt)

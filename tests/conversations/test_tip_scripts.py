"""The same conversations on every channel: the happy ways, and the ways to go astray and back."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.app import App, open_app
from bot.clock import SetClock
from bot.content import Content
from bot.limits import ZONE
from bot.store import outbox
from tests.conftest import settings_at
from tests.conversations.astray import ASTRAY
from tests.conversations.scripts import HAPPY, Script, play
from tests.conversations.talk import Person

# Handlers know a channel only by its promises; the slow ones add nothing but those.
CHANNELS = (
    "telegram",
    "web",
    pytest.param("whatsapp", marks=pytest.mark.slow),
    pytest.param("terminal", marks=pytest.mark.slow),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(
    tmp_path_factory: pytest.TempPathFactory, content: Content, sqlite_template: Path
) -> AsyncIterator[tuple[App, SetClock]]:
    """One assistant for all scripts, each of which is a chat of its own."""
    clock = SetClock()
    settings = settings_at(tmp_path_factory.mktemp("scripts"), sqlite_template)
    async with open_app(settings, clock, content=content) as app:
        yield app, clock


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("script", [*HAPPY, *ASTRAY], ids=lambda script: script.name)
async def test_the_script(shared: tuple[App, SetClock], script: Script, channel: str) -> None:
    app, clock = shared
    _by_daylight(clock)
    person = Person(app, channel=channel, chat=f"{channel} {script.name}")

    async def wait(minutes: int) -> None:
        clock.forward(minutes=minutes)

    before = sum((await outbox.waiting(app.database)).values())
    await play(script, person, wait)
    assert sum((await outbox.waiting(app.database)).values()) - before == script.sends


def _by_daylight(clock: SetClock) -> None:
    """No script begins so late that a day later is two days later."""
    hour = datetime.fromtimestamp(clock.now(), ZONE).hour
    if hour >= 20:
        clock.forward(minutes=(34 - hour) * 60)


def test_there_are_forty_ways_astray() -> None:
    assert len({script.name for script in ASTRAY}) >= 40

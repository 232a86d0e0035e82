"""People and a moderator room on a whole assistant."""

import pytest

from bot.app import App
from bot.clock import SetClock
from tests.conversations.talk import Person, Room


@pytest.fixture
def person(app: App) -> Person:
    return Person(app)


@pytest.fixture
def room(app: App, clock: SetClock) -> Room:
    return Room(app, clock)

"""Random walks through telling: whatever people do, in whatever order and however often.

No walk loses a tip that was confirmed, makes a second one, shows a desk what was not sent, leaves a
draft readable on the disk, or ends where neither "batal" nor "mulai" leads out.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from bot.app import App, open_app
from bot.chat.dispatcher import Dispatcher
from bot.clock import SetClock
from bot.content import Content
from bot.store import cases
from handlers.table import routes
from tests.conftest import settings_at
from tests.conversations.scripts import FULL, STORY
from tests.conversations.talk import Person, Room

SAID = (
    *("/sampaikan", "/mulai", "/batal", "/cek", "/privasi", "/topik", "/bersihkan", "/bantuan"),
    *("lapor", "setuju", "ya", "tidak", "kembali", "batal", "takut", "stop", "lewati", "lupa"),
    *("halo", "A", "B", "C", "2", "9", "??", "Kota Palu", "Kab Sigi", "kemarin", "dua minggu lalu"),
    *("Pak Camat", "https://facebook.com/x/posts/1?fbclid=abc", "terus dia bagi kaos"),
    *("apakah boleh lapor tanpa nama?", "tolong saya diancam preman", "saya staf di dinas itu"),
)
FILES = ("photo", "video", "voice", "sticker", "other")
_marks = count()
_chats = count()


class World:
    """One assistant for all walks, on a loop of its own."""

    def __init__(self, folder: Path, sqlite_template: Path, content: Content) -> None:
        self.loop = asyncio.new_event_loop()
        self.clock = SetClock()
        self.folder = folder
        settings = settings_at(folder, sqlite_template)
        self._opened = open_app(settings, self.clock, content=content)
        self.app: App = self.loop.run_until_complete(self._opened.__aenter__())
        self.room = Room(self.app, self.clock)
        self.sent = 0

    def run(self, work: Awaitable[Any]) -> Any:
        return self.loop.run_until_complete(work)

    def restart(self) -> None:
        """A new dispatcher knows only what lies in the database."""
        app = self.app
        fresh = Dispatcher(app.database, app.ring, routes(app.ports.wording), app.ports)
        object.__setattr__(app, "dispatcher", fresh)

    def close(self) -> None:
        self.run(self._opened.__aexit__(None, None, None))
        self.loop.close()


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, content: Content
) -> Iterator[World]:
    opened = World(tmp_path_factory.mktemp("walks"), sqlite_template, content)
    yield opened
    opened.close()


def machine(world: World) -> type[RuleBasedStateMachine]:
    class Walk(RuleBasedStateMachine):
        """One chat."""

        @initialize(channel=st.sampled_from(("telegram", "whatsapp", "web")))
        def begins(self, channel: str) -> None:
            self.person = Person(world.app, channel=channel, chat=f"walk {next(_chats)}")
            self.before = len(world.run(cases.cases_of_kind(world.app.database, "tip")))
            self.marks: list[str] = []
            self.saved = 0
            self.last: Callable[..., Awaitable[str]] | None = None
            self.event = ""

        @rule(text=st.sampled_from(SAID))
        def says(self, text: str) -> None:
            self._does(partial(self.person.says, text))

        @rule(story=st.sampled_from((FULL, STORY)))
        def tells(self, story: str) -> None:
            mark = f"tanda{next(_marks)}x"
            self.marks.append(mark)
            self._does(partial(self.person.says, f"{story} {mark}"))

        @rule()
        def goes_straight_to_the_review(self) -> None:
            for text in ("/sampaikan", "setuju"):
                self._does(partial(self.person.says, text))
            self.tells(FULL)

        @rule(way=st.sampled_from(("Ya, kirim", "Tarik", "Ya, tarik", "Lanjut", "Kabari")))
        def goes_on(self, way: str) -> None:
            """A button by its label, if it was ever shown."""
            shown = {c.label: c.data for m in self.person.screen for c in m.choices}
            chosen = next((data for label, data in shown.items() if label.startswith(way)), None)
            if chosen:
                self._does(partial(self.person.sends_choice, chosen))

        @rule()
        def looks_at_the_thread(self) -> None:
            if any(message.secret for message in self.person.screen):
                self._does(partial(self.person.says, f"/cek {self.person.receipt}"))

        @rule(kind=st.sampled_from(FILES), text=st.sampled_from(("", STORY)))
        def sends(self, kind: str, text: str) -> None:
            self._does(partial(self.person.sends, kind, text))

        @rule(place=st.integers(0, 9), age=st.integers(0, 2))
        def presses(self, place: int, age: int) -> None:
            """A button of the newest menu, or of an older one."""
            menus = [m.choices for m in self.person.screen if m.choices][::-1]
            if len(menus) > age:
                chosen = menus[age][place % len(menus[age])]
                self._does(partial(self.person.sends_choice, chosen.data))

        @rule()
        def the_platform_repeats_itself(self) -> None:
            if self.last:
                seen = world.run(self.last(event=self.event))
                assert "Tersimpan" not in seen

        @rule(minutes=st.sampled_from((1, 20, 40, 1500)))
        def waits(self, minutes: int) -> None:
            world.clock.forward(minutes=minutes)

        @rule()
        def the_server_restarts(self) -> None:
            world.restart()

        def _does(self, act: Callable[..., Awaitable[str]]) -> None:
            self.last, self.event = act, f"walk{next(_marks)}"
            shown = len(self.person.screen)
            seen = world.run(act(event=self.event))
            assert seen.strip(), "no reply at all"
            new = self.person.screen[shown:]
            self.saved += any(m.secret for m in new) or "Tanpa kode, balasan" in seen
            self.saved -= "dihapus sebelum terkirim" in seen
            world.sent += any(m.secret for m in new)

        def teardown(self) -> None:
            if not hasattr(self, "person"):
                return
            known = world.run(cases.cases_of_kind(world.app.database, "tip"))
            assert len(known) - self.before == self.saved
            world.run(self.person.says("/batal"))
            assert "Tanya Netral" in world.run(self.person.says("/mulai"))
            self._nothing_leaks()

        def _nothing_leaks(self) -> None:
            cards = len(world.room.cards)
            world.run(world.room.waits())
            shown = " ".join(str(card.text) for card in world.room.cards[cards:])
            if not self.saved:
                assert not any(mark in shown for mark in self.marks)
            for file in world.folder.rglob("*"):
                content = file.read_bytes() if file.is_file() else b""
                assert not any(mark.encode() in content for mark in self.marks)

    return Walk


QUICK = settings(
    max_examples=6,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def test_no_walk_loses_leaks_or_gets_stuck(world: World) -> None:
    run_state_machine_as_test(machine(world), settings=QUICK)
    assert world.sent > 3  # the walks do reach the end


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_many_walks(world: World) -> None:
    many = settings(QUICK, max_examples=200, stateful_step_count=40, derandomize=False)
    run_state_machine_as_test(machine(world), settings=many)

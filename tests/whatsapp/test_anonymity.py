"""Who wrote is nowhere afterwards: not in the database, its log, the keys, or a log line."""

import logging
from pathlib import Path

import pytest

from bot.chat.conversation import Outcome, State
from bot.chat.dispatcher import Dispatcher, Routes
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import Text
from bot.clock import SetClock
from bot.keys.ring import KeyRing
from bot.store.engine import Database
from tests.fakes.twilio import Twilio
from tests.fakes.twilio_world import TOKEN
from tests.whatsapp.conftest import Connect

NUMBER, NAME, ID = "+6289900112233", "Kenarina Burungkecil", "5544332211"
WORDS = "rahasia besar kelurahan"
CANARIES = (NUMBER.lstrip("+"), "89900112233", NAME, "Burungkecil", ID, WORDS, TOKEN)


async def form(state: State, incoming: Incoming, _ports: None) -> Outcome:
    """Keeps what was said, as a draft does."""
    said = [*state.data.get("said", []), incoming.text]
    menu = (Choice("Lanjut", "go"), Choice("Batal", "stop"))
    return Outcome(State("form", "ask", {"said": said}), (Outgoing(Text.plain("Lalu?"), menu),))


async def test_no_identity_is_kept_or_logged(
    twilio: Twilio,
    connect: Connect,
    sqlite_database: Database,
    ring: KeyRing,
    clock: SetClock,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    dispatcher = Dispatcher(sqlite_database, ring, Routes({}, {}, {}, {}, form, form), None)
    person = twilio.person(NUMBER, NAME, ID)
    async with connect(dispatcher.receive, interactive=True) as channel:
        await person.says(WORDS)
        await person.presses("Lanjut")
        await person.sends(b"isi", "image/jpeg", WORDS)
        await person.says("", MessageType="location", Latitude="-0.9", Longitude="119.8")
        twilio.faults.extend(["busy", "server", "lost", "refused"])
        await person.says(f"nama saya {NAME}")
        twilio.world.stopped.add(person.address)
        await person.says("halo")
        clock.forward(minutes=5)
        await channel._records.step()
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert any(path.name.endswith("-wal") for path in files)
        for path in files:
            found = [word for word in CANARIES if word.encode() in path.read_bytes()]
            assert not found, path.name
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.DEBUG]
    assert lines
    text = "\n".join([*lines, caplog.text])
    assert not [word for word in CANARIES if word in text]

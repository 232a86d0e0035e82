"""Whole conversations on WhatsApp: with a small handler table, and with the product's own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from starlette.applications import Starlette

from bot.app import App, open_app
from bot.channels.whatsapp import setup
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.client import open_client
from bot.channels.whatsapp.rendering import written
from bot.chat.conversation import Outcome, State
from bot.chat.dispatcher import Dispatcher, Routes
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import Text
from bot.clock import SetClock
from bot.content import Content
from bot.keys.ring import KeyRing
from bot.knowledge.matcher import Match, Matcher
from bot.limits import WHATSAPP_TEXT
from bot.store.engine import Database
from handlers.asking import answers
from tests.fakes.twilio import Person, Twilio
from tests.whatsapp.conftest import CONTENT, Connect, settings_for


async def form(state: State, incoming: Incoming, _ports: None) -> Outcome:
    """Asks for a colour, then counts what is added."""
    if incoming.choice:
        after = State("form", "count", {"colour": incoming.choice, "number": 0})
        return Outcome(after, (Outgoing(Text.plain(f"warna {incoming.choice}")),))
    if not state.flow:
        menu = (Choice("Hitam", "hitam"), Choice("Putih", "putih"))
        return Outcome(state, (Outgoing(Text.plain("Warna?"), menu),))
    number = state.data["number"] + 1
    return Outcome(state.at("count", number=number), (Outgoing(Text.plain(f"ke-{number}")),))


@pytest.fixture
def dispatcher(sqlite_database: Database, ring: KeyRing) -> Dispatcher[None]:
    return Dispatcher(sqlite_database, ring, Routes({}, {}, {}, {}, form, form), None)


@pytest.mark.parametrize("answer", ["B", "b.", "2", "yang kedua", "putih"])
async def test_letters_numbers_and_words_are_choices(
    twilio: Twilio, connect: Connect, dispatcher: Dispatcher[None], answer: str
) -> None:
    ani = twilio.person()
    async with connect(dispatcher.receive):
        await ani.says("halo")
        await ani.says(answer)
    assert ani.last.text == "warna putih"


async def test_letters_work_beside_buttons(
    twilio: Twilio, connect: Connect, dispatcher: Dispatcher[None]
) -> None:
    ani = twilio.person()
    async with connect(dispatcher.receive, interactive=True):
        await ani.says("halo")
        assert ani.last.kind == "buttons"
        await ani.says("A")
    assert ani.last.text == "warna hitam"


async def test_a_message_brought_twice_has_one_effect(
    twilio: Twilio, connect: Connect, dispatcher: Dispatcher[None]
) -> None:
    ani = twilio.person()
    fields = ani.fields(Body="tambah")
    async with connect(dispatcher.receive):
        await ani.says("halo")
        await ani.says("A")
        await twilio.deliver(fields)
    async with connect(dispatcher.receive):  # started anew: only the database remembers
        await twilio.deliver(fields)
        await ani.says("tambah")
    assert [bubble.text for bubble in ani.sees[2:]] == ["ke-1", "ke-2"]


async def test_an_answer_that_was_not_sent_comes_with_the_repeat(
    twilio: Twilio, connect: Connect, dispatcher: Dispatcher[None]
) -> None:
    ani = twilio.person()
    async with connect(dispatcher.receive):
        await ani.says("halo")
        twilio.faults.extend(["server", "server"])
        assert await ani.says("A") == 200
    assert [bubble.text for bubble in ani.sees[1:]] == ["warna hitam"]


async def test_an_answer_that_was_never_sent_comes_with_the_next_message(
    twilio: Twilio, connect: Connect, dispatcher: Dispatcher[None]
) -> None:
    ani = twilio.person()
    async with connect(dispatcher.receive):
        await ani.says("halo")
        twilio.faults.extend(["server"] * 4)
        assert await ani.says("A") == 503
        await ani.says("tambah")
    assert [bubble.text for bubble in ani.sees[1:]] == ["warna hitam", "ke-1"]


# The product


class KnowsOneTopic:
    """Stands in for the matcher, which is tested elsewhere."""

    version = "test"

    async def answer(self, text: str) -> Match:
        return Match("answer", "medsos-like-unggahan-calon", ("medsos-like-unggahan-calon",), 1.0)

    def match(self, text: str) -> Match:
        return Match("answer", "medsos-like-unggahan-calon", ("medsos-like-unggahan-calon",), 1.0)


@pytest.fixture(autouse=True)
def loaded_once(content: Content, monkeypatch: pytest.MonkeyPatch) -> None:
    knows_one = replace(content, matcher=cast(Matcher, KnowsOneTopic()))
    monkeypatch.setattr("bot.app.load_content", lambda *_: knows_one)


@asynccontextmanager
async def product(twilio: Twilio, folder: Path, *, interactive: bool = False) -> AsyncIterator[App]:
    """The whole application as in the demo, with WhatsApp in front of it."""
    own = settings_for(
        twilio.base,
        twilio_account_sid="",
        twilio_auth_token="",
        public_url="",
        content_dir=CONTENT,
        database_url=f"sqlite+aiosqlite:///{folder / 'tanya.db'}",
        keys_url=str(folder / "keys"),
        evidence_url=str(folder / "evidence"),
    )
    settings = settings_for(twilio.base)
    async with open_app(own, SetClock(twilio.clock.now())) as app:
        wording = app.ports.wording
        if interactive:
            client, http = open_client(settings)
            await setup.apply(client, wording, settings)
            await http.close()
        channel = WhatsAppChannel(
            settings, app.dispatcher.receive, app.database, app.ring, wording, app.clock
        )
        twilio.deliver_to = Starlette(routes=channel.routes())
        yield app
        await twilio.quiet()
        await channel.close()


async def test_asking_by_letters(twilio: Twilio, tmp_path: Path) -> None:
    ani = twilio.person()
    async with product(twilio, tmp_path):
        await ani.says("mulai")
        assert "*A.* Beri saya contoh" in ani.last.text
        await ani.says("A")
        assert "*A.* " in ani.last.text
        await ani.says("boleh like postingan calon?")
        assert "TIDAK" in ani.last.text
        assert "Meta dan Twilio" in ani.last.text
        await ani.says("A")
        assert "*Dasar hukum*" in "".join(bubble.text for bubble in ani.sees)
        await ani.says("topik")
        await ani.says("B")
    assert all(len(bubble.text) <= WHATSAPP_TEXT for bubble in ani.sees)


async def test_asking_by_buttons_and_lists(twilio: Twilio, tmp_path: Path) -> None:
    ani = twilio.person()
    async with product(twilio, tmp_path, interactive=True):
        await ani.says("mulai")
        await ani.presses("Beri saya contoh")
        await ani.says("A")
    assert "BOLEH" in ani.last.text


async def test_telling_without_a_name(twilio: Twilio, tmp_path: Path) -> None:
    """Words, letters and dates typed on a phone; the receipt stands alone."""
    ani = twilio.person()
    async with product(twilio, tmp_path) as app:
        await ani.says("lapor")
        assert "Meta dan Twilio" in ani.last.text
        await ani.says("A")
        await ani.says("Camat membagikan kaus bergambar calon bupati di kantor kecamatan")
        told = await _until_review(ani)
        await ani.says("A")
        assert told
        texts = [bubble.text for bubble in ani.sees[-4:]]
        assert texts[0].startswith("Tersimpan.")
        assert len(texts[1].replace("*", "").split()) == 6
        assert "hapus pesan ini" in texts[2]
        assert "Tulis saja." in texts[3]
        for _ in range(3):
            await app.worker.step()


async def _until_review(ani: Person) -> bool:
    """Answer whatever the form asks, as somebody would who reads it."""
    answers = {
        "Di mana kejadiannya": "Lolu, Palu Selatan, Kota Palu",
        "Kapan terjadinya": "kemarin",
        "Kapan Anda mengetahuinya": "kemarin",
        "Siapa yang melakukan": "Camat Palu Selatan",
        "Di kantor atau unit mana": "Camat, Kecamatan Palu Selatan",
        "Yang paling dekat": "A",
        "Calon atau partai": "lewati",
        "tautan unggahan": "lewati",
        "Dari mana Anda tahu": "A",
        "Siapa yang membaca": "A",
        "Yang mana?": "A",
    }
    for _ in range(14):
        shown = ani.last.text
        if "Sudah benar?" in shown:
            return True
        await ani.says(next(text for ask, text in answers.items() if ask in shown))
    return False


async def test_following_up_with_the_receipt(twilio: Twilio, tmp_path: Path) -> None:
    ani = twilio.person()
    async with product(twilio, tmp_path):
        await ani.says("lapor")
        await ani.says("A")
        await ani.says("Camat membagikan kaus bergambar calon bupati di kantor kecamatan")
        assert await _until_review(ani)
        await ani.says("A")
        receipt = ani.sees[-3].text
        budi = twilio.person("+62877", "Budi")  # from another phone
        await budi.says("cek")
        await budi.says(receipt)
    assert "tidak" not in budi.last.text.split(".")[0].casefold()


async def test_no_answer_of_the_content_takes_more_than_two_messages(
    twilio: Twilio, tmp_path: Path
) -> None:
    async with product(twilio, tmp_path) as app:
        knows = app.ports.wording.plain("ask.knows.whatsapp")
        note = app.ports.wording.say("ask.answer.first_time", channel=knows)
        for topic in app.ports.topics.values():
            shown = answers.answer(app.ports, topic, candidates=[topic.id], note=note)
            pieces = written(shown, app.ports.wording)
            assert len(pieces) <= 2, topic.id
            assert "*A.*" in pieces[-1]

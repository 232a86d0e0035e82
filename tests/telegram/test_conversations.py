"""Whole conversations through the real dispatcher on SQLite, by polling and by webhook."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.chat.conversation import Outcome, State
from bot.chat.dispatcher import Dispatcher, Routes, Send
from bot.chat.messages import Address, Choice, Incoming, Outgoing
from bot.chat.text import Text, bold, markup
from bot.clock import SetClock
from bot.keys.ring import open_ring
from bot.store.engine import Database, open_database
from bot.store.migrate import migrate
from tests.fakes.bot_api import TOKEN, BotApi, Fault, Faults
from tests.fakes.bot_api_people import JPEG, Person
from tests.telegram.conftest import Connect

RECEIPT = "apel buku cincin"


async def start(state: State, incoming: Incoming, ports: None) -> Outcome:
    menu = (Choice("Bertanya", "menu:ask"), Choice("Menyampaikan", "menu:tell"))
    return Outcome(State(), (Outgoing(bold("Halo.") + " Mau apa?", menu),))


async def menu(state: State, incoming: Incoming, ports: None) -> Outcome:
    if incoming.choice == "menu:tell":
        text = Text.plain("Ceritakan.")
        return Outcome(State("tip", "story"), (Outgoing(text, replaces=True),))
    return Outcome(State(), (Outgoing(Text.plain("Tulis pertanyaan Anda."), replaces=True),))


async def ask(state: State, incoming: Incoming, ports: None) -> Outcome:
    return Outcome(State(), (Outgoing(markup("Anda bertanya: {q}", q=incoming.text)),))


async def tip(state: State, incoming: Incoming, ports: None) -> Outcome:
    if incoming.attachments:
        count = state.data.get("files", 0) + 1
        text = Text.plain(f"Berkas diterima: {count}.")
        return Outcome(state.at("story", files=count), (Outgoing(text),))
    if incoming.text == "selesai":
        receipt = Outgoing(markup("Kata kunci:\n*{words}*", words=RECEIPT), secret=True)
        return Outcome(State(), (receipt, Outgoing(Text.plain("Terima kasih."))))
    lines = [*state.data.get("lines", []), incoming.text]
    text = Text.plain(f"Tercatat {len(lines)}.")
    return Outcome(state.at("story", lines=lines), (Outgoing(text),))


async def wipe(state: State, incoming: Incoming, ports: None) -> Outcome:
    return Outcome(State(), (Outgoing(Text.plain("Sudah dibersihkan."), clears=True),))


async def unread(state: State, incoming: Incoming, ports: None) -> Outcome:
    return Outcome(state, (Outgoing(Text.plain("Perubahan tidak dibaca.")),))


ROUTES: Routes[None] = Routes(
    commands={"mulai": start, "bersihkan": wipe},
    words={},
    choices={"menu": menu},
    flows={"tip": tip},
    otherwise=ask,
    desk=ask,
    edited=unread,
)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = open_database(f"sqlite+aiosqlite:///{tmp_path}/test.db")
    await migrate(opened)
    yield opened
    await opened.close()


@pytest.fixture
def dispatcher(database: Database, tmp_path: Path) -> Dispatcher[None]:
    ring = open_ring(str(tmp_path / "keys"), SetClock())
    return Dispatcher(database, ring, ROUTES, None)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram.polling.BACKOFF_FIRST", 0.01)
    monkeypatch.setattr("bot.channels.telegram.channel.RETRY_LATER", 0.01)


async def told(api: BotApi, person: Person) -> None:
    """Into the form."""
    person.starts()
    await api.quiet()
    person.presses("Menyampaikan")
    await api.quiet()


async def test_asking_and_telling(
    api: BotApi, connect: Connect, dispatcher: Dispatcher[None]
) -> None:
    ani = api.person("Ani")
    async with connect(dispatcher.receive):
        ani.says("boleh <b>like</b>?")
        await told(api, ani)
        ani.says("Lurah membagi beras.")
        await api.quiet()
        ani.says("selesai")
        await api.quiet()
    assert ani.reads() == [
        "Anda bertanya: boleh <b>like</b>?",
        "Ceritakan.",
        "Tercatat 1.",
        f"Kata kunci:\n{RECEIPT}",
        "Terima kasih.",
    ]
    assert ani.copies("Salin") == RECEIPT


async def test_an_edit_in_a_form_answers_nothing_and_outside_it_asks_anew(
    api: BotApi, connect: Connect, dispatcher: Dispatcher[None]
) -> None:
    ani = api.person()
    async with connect(dispatcher.receive):
        asked = ani.says("boleh lik?")
        ani.edits(asked, "boleh like?")
        await told(api, ani)
        said = ani.says("Lurah membagi beras.")
        await api.quiet()
        ani.edits(said, "Lurah membagi sembako.")
        await api.quiet()
        ani.says("selesai")
        await api.quiet()
    assert ani.reads() == [
        "Anda bertanya: boleh lik?",
        "Anda bertanya: boleh like?",
        "Ceritakan.",
        "Tercatat 1.",
        "Perubahan tidak dibaca.",
        f"Kata kunci:\n{RECEIPT}",
        "Terima kasih.",
    ]


async def test_the_same_update_twice_has_one_effect_in_a_form(
    api: BotApi, connect: Connect, dispatcher: Dispatcher[None]
) -> None:
    ani = api.person()
    async with connect(dispatcher.receive):
        await told(api, ani)
        ani.says("Lurah membagi beras.")
        body = api.waiting()[0]
        await api.quiet()
        if api.webhook is None:  # polling: as if the confirmation was lost in a restart
            await dispatcher_repeats(dispatcher, ani, body["update_id"])
        else:
            api.bring_again(body, ani.chat.id)
        await api.quiet()
        ani.says("Dan minyak.")
        await api.quiet()
    assert ani.reads()[-2:] == ["Tercatat 1.", "Tercatat 2."]


async def dispatcher_repeats(dispatcher: Dispatcher[None], person: Person, update: int) -> None:
    async def nothing(replies: Sequence[Outgoing], known: Sequence[str]) -> list[str]:
        assert not replies
        return []

    incoming = Incoming("Lurah membagi beras.", channel="telegram")
    address = Address("telegram", str(person.chat.id))
    await dispatcher.receive(address, str(update), incoming, nothing)


async def test_a_crash_between_commit_and_send_loses_no_reply(
    api: BotApi, connect: Connect, dispatcher: Dispatcher[None]
) -> None:
    crashed = False

    async def crashing(
        address: Address,
        event: str,
        incoming: Incoming,
        send: Send,
        *,
        typed: bool = False,
        arrived: bool = False,
    ) -> None:
        async def crash_once(replies: Sequence[Outgoing], known: Sequence[str]) -> list[str] | None:
            nonlocal crashed
            if incoming.text == "selesai" and not crashed:
                crashed = True
                raise ConnectionError
            return await send(replies, known)

        await dispatcher.receive(address, event, incoming, crash_once)

    ani = api.person()
    async with connect(crashing):
        await told(api, ani)
        ani.says("selesai")
        await api.quiet()
    assert crashed
    assert ani.reads() == ["Ceritakan.", f"Kata kunci:\n{RECEIPT}", "Terima kasih."]


async def test_who_unblocks_us_gets_what_was_held_back(
    api: BotApi, connect: Connect, dispatcher: Dispatcher[None]
) -> None:
    ani = api.person()
    async with connect(dispatcher.receive):
        await told(api, ani)
        ani.says("selesai")
        ani.chat.refusal = "bot was blocked by the user"
        await api.quiet()
        assert RECEIPT not in "".join(ani.reads())
        ani.unblocks_bot()
        ani.says("halo?")
        await api.quiet()
    assert f"Kata kunci:\n{RECEIPT}" in ani.reads()


async def test_an_album_is_answered_in_one_bubble(
    api: BotApi, connect: Connect, dispatcher: Dispatcher[None]
) -> None:
    ani = api.person()
    async with connect(dispatcher.receive):
        await told(api, ani)
        ani.sends_album(JPEG, JPEG, JPEG, caption="Spanduk")
        await api.quiet()
        ani.sends_photo()
        await api.quiet()
    assert ani.reads()[-2:] == ["Berkas diterima: 3.", "Berkas diterima: 4."]


async def test_an_old_button_still_works_after_its_menu_is_gone(
    api: BotApi, connect: Connect, dispatcher: Dispatcher[None]
) -> None:
    ani = api.person()
    async with connect(dispatcher.receive):
        ani.starts()
        await api.quiet()
        ani.presses("Bertanya")
        ani.last.on_screen = False
        await api.quiet()
    assert ani.reads() == ["Tulis pertanyaan Anda."]


async def test_clearing_removes_both_sides_of_this_chat_only(
    api: BotApi, connect: Connect, dispatcher: Dispatcher[None]
) -> None:
    ani, budi = api.person("Ani"), api.person("Budi")
    async with connect(dispatcher.receive):
        for text in ("satu", "dua"):
            ani.says(text)
            budi.says(text)
            await api.quiet()
        await told(api, ani)
        ani.says("cerita")
        await api.quiet()
        ani.says("/bersihkan")
        await api.quiet()
    (left,) = ani.sees()
    assert left.text.startswith("Sudah dibersihkan.\n\nSemua pesan")
    assert len(budi.sees()) == 4


async def test_no_log_line_holds_token_name_or_text(
    api: BotApi,
    connect: Connect,
    dispatcher: Dispatcher[None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("telegram", "telegram.Bot", "httpx", "httpcore", "aiohttp", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    api.faults = Faults(rate=0.2, seed=3, spared=frozenset({"getMe", "setWebhook"}))
    ani = api.person("Canari")
    async with connect(dispatcher.receive):
        await told(api, ani)
        ani.sends_photo(caption="rahasiaku")
        ani.says("ceritaku")
        await api.quiet()
        ani.blocks_bot()
        await api.quiet()
    ours = (r for r in caplog.records if not r.name.startswith("uvicorn"))  # that is the fake
    logged = "\n".join(record.getMessage() for record in ours)
    for secret in (TOKEN, TOKEN.partition(":")[2], str(ani.chat.id), "Canari", "canari",
                   "ceritaku", "rahasiaku", "Ceritakan"):  # fmt: skip
        assert secret not in logged


async def test_a_day_with_faults_ends_right_for_everybody(
    api: BotApi, connect: Connect, dispatcher: Dispatcher[None]
) -> None:
    """Twenty chats at once, one call in twenty going wrong."""
    api.faults = Faults(rate=0.05, seed=7, kinds=(Fault("server"), Fault("lost")))
    people = [api.person(f"Orang{n}") for n in range(20)]

    async def live(person: Person) -> None:
        for text in ("boleh?", "tidak?"):
            person.says(text)
            await reads(person, f"Anda bertanya: {text}")
        person.starts()
        await reads(person, "Halo. Mau apa?")
        person.presses("Menyampaikan")
        await reads(person, "Ceritakan.")
        person.says("Lurah membagi beras.")
        await reads(person, "Tercatat 1.")
        person.says("selesai")
        await reads(person, "Terima kasih.")

    async with connect(dispatcher.receive):
        await asyncio.gather(*map(live, people))
        await api.quiet(60)
    assert api.given_up == []
    for person in people:
        assert f"Kata kunci:\n{RECEIPT}" in person.reads()
        assert "Tercatat 2." not in person.reads()


async def reads(person: Person, text: str) -> None:
    async with asyncio.timeout(60):
        while text not in person.reads():  # noqa: ASYNC110
            await asyncio.sleep(0.01)

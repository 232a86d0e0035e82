"""A scripted day through the whole service: real handlers, real worker, calls that go wrong."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from bot.app import App, open_app
from bot.channels.telegram import setup
from bot.channels.telegram.client import open_bot
from bot.content import Content
from bot.settings import load_settings
from bot.store import outbox
from tests.fakes.bot_api import TOKEN, BotApi, Faults
from tests.telegram.conftest import SECRET
from tests.telegram.day import Citizen, Desk, FastClock, code_of, desks_file, until

URL = "https://tanya.example"
FAULTS = 0.05
Service = Callable[[int], AbstractAsyncContextManager[tuple[App, list[Desk]]]]


@pytest.fixture
def service(api: BotApi, tmp_path: Path, content: Content) -> Service:
    """The service with its worker, its webhook set, and this many desks in groups."""

    @asynccontextmanager
    async def serve(desks: int) -> AsyncIterator[tuple[App, list[Desk]]]:
        groups = {f"meja{n}": api.group(f"Meja {n}", privacy=True) for n in range(desks)}
        settings = load_settings(
            _env_file=None,
            telegram_bot_token=TOKEN,
            telegram_api_base=api.base,
            telegram_webhook_secret=SECRET,
            public_url=URL,
            database_url=f"sqlite+aiosqlite:///{tmp_path / 'tanya.db'}",
            keys_url=str(tmp_path / "keys"),
            evidence_url=str(tmp_path / "evidence"),
            server_key="kunci-server-untuk-uji",
            desks_file=desks_file(tmp_path, groups),
            delivery_delay="0",
            operator_mode="independent",
            operator_name="Relawan Contoh",
            operator_contact="relawan.example",
        )
        async with open_app(settings, FastClock(10), content=content) as app:
            api.deliver_to = app.asgi()
            async with open_bot(TOKEN, api.base) as bot:
                await setup.apply(bot, app.ports.wording, URL, SECRET)
            stop = asyncio.Event()
            working = asyncio.create_task(app.worker.run(stop))
            yield app, [Desk(app, api, name, group) for name, group in groups.items()]
            stop.set()
            await working

    return serve


async def live_a_day(api: BotApi, service: Service, people: int, desks: int) -> int:
    """Everybody asks, every second one tells; every second tip is asked back, the others closed.

    How many tips came in lists.
    """
    async with service(desks) as (app, rooms):
        for room in rooms:
            await room.enrols()
        api.faults = Faults(rate=FAULTS, seed=people)
        citizens = [
            Citizen(api, api.person(f"Orang{n}"), n, rooms[n % desks].id, app.ports.wording)
            for n in range(people)
        ]
        await asyncio.gather(*(citizen.asks() for citizen in citizens))
        tellers = citizens[::2]
        await asyncio.gather(*(_tell_and_ask(citizen) for citizen in tellers))
        await _delivered(app, rooms, tellers)
        opened = sum(await asyncio.gather(*(_moderate(room) for room in rooms)))
        await asyncio.gather(*(_come_back(citizen, rooms) for citizen in tellers))
        await until(lambda: not _waiting_texts(api), 60)
        await _outbox_empty(app)
    assert api.given_up == []
    _every_card_is_right(rooms, tellers)
    return opened


async def _tell_and_ask(citizen: Citizen) -> None:
    await citizen.tells()
    await citizen.asks()


async def _delivered(app: App, rooms: list[Desk], tellers: list[Citizen]) -> None:
    def all_there() -> bool:
        shown = "\n".join(room.reads() for room in rooms)
        return all(t.told and f"{t.told.story}\n" in f"{shown}\n" for t in tellers)

    await until(all_there, 300)
    await _outbox_empty(app)


async def _outbox_empty(app: App) -> None:
    async with asyncio.timeout(300):
        while await outbox.waiting(app.database):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert await outbox.dead(app.database) == []


def _waiting_texts(api: BotApi) -> list[object]:
    return list(api.waiting())


async def _moderate(room: Desk) -> int:
    """One card of each case, in turn; how many had come in lists."""
    opened = await room.opens_lists()
    cases = {code_of(card): card for card in room.cards()}
    for place, card in enumerate(cases.values()):
        await room.works(card, "Pukul berapa kejadiannya?" if place % 2 else None)
    return opened


async def _come_back(citizen: Citizen, rooms: list[Desk]) -> None:
    shown = await citizen.comes_back()
    assert "brosur" not in shown
    if "Pukul berapa" in shown:
        await citizen.adds(f"Kira-kira pukul tujuh, apel nomor {citizen.number}.")


def _every_card_is_right(rooms: list[Desk], tellers: list[Citizen]) -> None:
    """Each tip is at its desk under one code; what stands there twice carries its code."""
    for room in rooms:
        codes = Counter[str]()
        for citizen in (c for c in tellers if c.desk == room.id):
            assert citizen.told
            cards = [c for c in room.cards() if f"{citizen.told.story}\n" in f"{c.text}\n"]
            assert cards, "a tip was lost"
            assert len({code_of(card) for card in cards}) == 1
            codes[code_of(cards[0])] += 1
        assert max(codes.values(), default=1) == 1, "two tips under one code"
        strays = [c for c in room.cards() if code_of(c) not in codes]
        assert not strays, "a card that belongs to nobody"


@pytest.mark.slow
async def test_a_day_of_25_chats_with_faults(api: BotApi, service: Service) -> None:
    await live_a_day(api, service, people=25, desks=2)


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_day_of_200_chats_with_faults(api: BotApi, service: Service) -> None:
    await live_a_day(api, service, people=200, desks=8)


@pytest.mark.slow
async def test_a_day_at_one_desk_that_gets_lists(api: BotApi, service: Service) -> None:
    assert await live_a_day(api, service, people=60, desks=1)

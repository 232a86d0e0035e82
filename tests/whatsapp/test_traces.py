"""What lies at Twilio is deleted; the list of it is sealed and short-lived."""

import asyncio

import pytest
from sqlalchemy import select

from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.client import open_client
from bot.channels.whatsapp.traces import Records
from bot.chat.dispatcher import Send
from bot.chat.messages import Incoming, Outgoing
from bot.chat.text import Text
from bot.clock import SetClock
from bot.delivery.retention import sweep
from bot.keys.ring import KeyRing
from bot.settings import Settings
from bot.store.engine import Database
from bot.store.schema import provider_records
from tests.fakes.twilio import Twilio
from tests.fakes.twilio_world import RestError
from tests.whatsapp.conftest import Connect, Toy


async def reply(incoming: Incoming, send: Send) -> None:
    await send([Outgoing(Text.plain("jawaban"))], ())


async def step(channel: WhatsAppChannel) -> None:
    await channel._records.step()


async def count(database: Database) -> int:
    async with database.read() as connection:
        return len((await connection.execute(select(provider_records))).all())


async def test_both_sides_are_deleted_after_two_minutes(
    twilio: Twilio, connect: Connect, clock: SetClock, sqlite_database: Database
) -> None:
    async with connect(Toy(answer=reply).receive) as channel:
        await twilio.person().says("boleh?")
        await step(channel)
        assert len(twilio.world.messages) == 2
        clock.forward(minutes=3)
        await step(channel)
    assert twilio.world.messages == {}
    assert await count(sqlite_database) == 0


async def test_what_is_still_on_its_way_is_tried_again(
    twilio: Twilio, connect: Connect, clock: SetClock, sqlite_database: Database
) -> None:
    twilio.delivers = False
    async with connect(Toy(answer=reply).receive) as channel:
        await twilio.person().says("boleh?")
        for _ in range(3):
            clock.forward(minutes=15)
            await step(channel)
        (waiting,) = twilio.world.messages.values()
        waiting.status = "delivered"
        clock.forward(hours=6)
        await step(channel)
    assert twilio.world.messages == {}
    assert await count(sqlite_database) == 0


async def test_after_fourteen_days_we_give_up_and_keep_neither_list_nor_key(
    twilio: Twilio, connect: Connect, clock: SetClock, sqlite_database: Database, ring: KeyRing
) -> None:
    twilio.delivers = False
    async with connect(Toy(answer=reply).receive) as channel:
        await twilio.person().says("boleh?")
        for _ in range(14):
            clock.forward(days=1)
            await sweep(sqlite_database, ring, clock)
            await step(channel)
        assert await count(sqlite_database) == 1
        assert len(_keys(ring)) == 1
        clock.forward(days=1)
        await sweep(sqlite_database, ring, clock)
    assert await count(sqlite_database) == 0
    assert _keys(ring) == []


async def test_a_service_that_stood_still_for_a_week_deletes_what_it_left(
    twilio: Twilio, connect: Connect, clock: SetClock, sqlite_database: Database, ring: KeyRing
) -> None:
    async with connect(Toy(answer=reply).receive) as channel:
        await twilio.person().says("boleh?")
        clock.forward(days=7)
        await sweep(sqlite_database, ring, clock)
        await step(channel)
        assert twilio.world.messages == {}
        await sweep(sqlite_database, ring, clock)
    assert await count(sqlite_database) == 0
    assert _keys(ring) == []


def _keys(ring: KeyRing) -> list[str]:
    return [name for name in ring.names() if name.startswith("provider-")]


async def test_a_list_whose_key_was_lost_is_dropped_and_said(
    twilio: Twilio,
    connect: Connect,
    clock: SetClock,
    sqlite_database: Database,
    ring: KeyRing,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with connect(Toy(answer=reply).receive) as channel:
        await twilio.person().says("boleh?")
        clock.forward(days=2)
        ring.destroy_provider_days(keep=set())
        await step(channel)
    assert len(twilio.world.messages) == 2
    assert await count(sqlite_database) == 0
    assert "can no longer be opened" in caplog.text


async def test_the_key_of_a_list_is_not_the_one_that_opens_chats(
    twilio: Twilio, connect: Connect, clock: SetClock, ring: KeyRing
) -> None:
    async with connect(Toy(answer=reply).receive):
        await twilio.person().says("boleh?")
    assert ring.provider_key(clock.today()) != ring.trace_key(clock.today())


async def test_a_copy_of_the_database_opens_nothing(
    twilio: Twilio, connect: Connect, sqlite_database: Database
) -> None:
    async with connect(Toy(answer=reply).receive):
        await twilio.person().says("boleh?")
    async with sqlite_database.read() as connection:
        (row,) = (await connection.execute(select(provider_records))).all()
    for sid in twilio.world.messages:
        assert sid.encode() not in row.body
    assert row.due % 60 == 0


async def test_a_file_may_be_fetched_before_its_message_goes(
    twilio: Twilio, connect: Connect, clock: SetClock
) -> None:
    toy = Toy(answer=reply)
    async with connect(toy.receive) as channel:
        await twilio.person().sends(b"gambar" * 30_000)
        clock.forward(minutes=10)
        await step(channel)
        reference = toy.heard[0].attachments[0].reference
        fetched = b"".join([chunk async for chunk in channel.fetch(reference, 10**9)])
        assert fetched == b"gambar" * 30_000
        clock.forward(hours=1)
        await step(channel)
    assert twilio.world.messages == {}


async def test_clearing_hurries_what_was_known(
    twilio: Twilio, connect: Connect, clock: SetClock
) -> None:
    earlier = twilio.person().fields(Body="lama")
    sid = dict(earlier)["MessageSid"]

    async def clear(incoming: Incoming, send: Send) -> None:
        await send([Outgoing(Text.plain("bersih"), clears=True)], [sid])

    async with connect(Toy(answer=clear).receive) as channel:
        await twilio.person().says("bersihkan")
        clock.forward(minutes=1)
        await step(channel)
    assert sid not in twilio.world.messages
    assert len(twilio.world.messages) == 2


async def test_two_workers_do_not_take_the_same_list(
    twilio: Twilio, database: Database, ring: KeyRing, clock: SetClock, settings: Settings
) -> None:
    client, http = open_client(settings)
    workers = [Records(database, ring, clock, client) for _ in range(2)]
    await workers[0].remember(["SM" + "0" * 32], 0)
    clock.forward(minutes=2)
    await asyncio.gather(*(worker.step() for worker in workers))
    await http.close()
    assert len(twilio.calls) == 1


async def test_while_twilio_is_away_the_list_waits(
    twilio: Twilio, connect: Connect, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with connect(Toy(answer=reply).receive) as channel:
        await twilio.person().says("boleh?")
        clock.forward(minutes=3)
        with monkeypatch.context() as away:

            def refuse(sid: str) -> None:
                raise RestError(503, 20503, "away")

            away.setattr(twilio.world, "delete", refuse)
            await step(channel)
        assert len(twilio.world.messages) == 2
        clock.forward(minutes=6)
        await step(channel)
    assert twilio.world.messages == {}


async def test_the_cleaner_runs_and_stops(
    twilio: Twilio, connect: Connect, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.whatsapp.traces.WHATSAPP_CLEAN_EVERY", 0.01)
    stop = asyncio.Event()
    async with connect(Toy(answer=reply).receive) as channel:
        cleaning = asyncio.create_task(channel.clean(stop))
        await twilio.person().says("boleh?")
        clock.forward(minutes=3)
        while twilio.world.messages:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        stop.set()
        await cleaning

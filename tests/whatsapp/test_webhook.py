"""The door of the webhook: who may come in, and what is answered to whom."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.applications import Starlette
from starlette.datastructures import FormData

from bot.channels.whatsapp import webhook
from bot.channels.whatsapp.receive import NoMessage, understand
from bot.chat.delivery_errors import Busy, Gone, Refused, Unsure
from bot.chat.dispatcher import Send
from bot.chat.messages import Incoming, Outgoing
from bot.chat.text import Text
from bot.limits import WHATSAPP_WEBHOOK_BODY
from tests.fakes.twilio import PUBLIC_URL, Twilio
from tests.fakes.twilio_world import TOKEN
from tests.whatsapp.conftest import Connect, Toy
from tests.whatsapp.hostile import FIELDS, GOOD, URL, Knock, generated, knocks, signed


@dataclass
class Door:
    """The bare door, with handlers that count."""

    forms: list[FormData] = field(default_factory=list)

    async def knock(
        self, content: bytes, headers: dict[str, str], url: str = URL
    ) -> tuple[int, float]:
        async def handle(form: FormData) -> int:
            self.forms.append(form)
            try:
                understand(form, "https://api.twilio.com")
            except NoMessage:
                return 400
            return 200

        app = Starlette(routes=webhook.routes(handle, handle, PUBLIC_URL, TOKEN))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport) as client:
            start = time.perf_counter()
            answer = await client.post(url, content=content, headers=headers)
            return answer.status_code, time.perf_counter() - start


@pytest.fixture
def door() -> Door:
    return Door()


async def test_a_signed_form_comes_in(door: Door) -> None:
    assert (await door.knock(GOOD, signed(FIELDS)))[0] == 200
    assert door.forms[0]["Body"] == "halo & <b>"


async def test_repeated_and_empty_keys_are_part_of_the_signature(door: Door) -> None:
    fields = [*FIELDS, ("Media", "b"), ("Media", "a"), ("Label", "")]
    assert (await door.knock(urlencode(fields).encode(), signed(fields)))[0] == 200
    assert door.forms[0].getlist("Media") == ["b", "a"]


async def test_what_a_proxy_shows_of_the_address_plays_no_part(door: Door) -> None:
    seen = "http://10.0.0.7:8000/whatsapp"
    assert (await door.knock(GOOD, signed(FIELDS), url=seen))[0] == 200
    forged = signed(FIELDS, url=seen)
    assert (await door.knock(GOOD, forged, url=seen))[0] == 403


async def test_the_public_port_may_be_in_the_signature_or_not(door: Door) -> None:
    with_port = "https://tanya.example:443/whatsapp"
    assert (await door.knock(GOOD, signed(FIELDS, url=with_port)))[0] == 200


@pytest.mark.parametrize("knock", [*knocks()], ids=lambda knock: knock.name)
async def test_hostile_requests_are_refused_at_once(
    door: Door, knock: Knock, caplog: pytest.LogCaptureFixture
) -> None:
    answered, seconds = await door.knock(knock.content, knock.headers, knock.url)
    assert answered == knock.status
    assert seconds < 1
    assert not [r for r in caplog.records if r.name.startswith(("bot", "twilio"))]


async def _status(connect: Connect, toy: Toy, count: int) -> set[int]:
    """What the whole channel answers to random requests."""
    found = set()
    async with connect(toy.receive) as channel:
        transport = httpx.ASGITransport(Starlette(routes=channel.routes()))
        async with httpx.AsyncClient(transport=transport) as client:
            for knock in generated(count):
                headers = httpx.Headers(knock.headers, encoding="latin-1")
                answer = await client.post(knock.url, content=knock.content, headers=headers)
                assert knock.status in (0, answer.status_code)
                found.add(answer.status_code)
    return found


async def test_random_requests_make_nothing_fail(connect: Connect, toy: Toy) -> None:
    assert await _status(connect, toy, 300) <= {200, 400, 403}


@pytest.mark.slow
async def test_ten_thousand_random_requests(connect: Connect, toy: Toy) -> None:
    assert await _status(connect, toy, 10_000) == {200, 400, 403}


async def test_a_body_without_announced_length_is_cut_off(door: Door) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(WHATSAPP_WEBHOOK_BODY):
            yield b"x" * 1000

    app = Starlette(routes=webhook.routes(_never, _never, PUBLIC_URL, TOKEN))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        answer = await client.post(URL, content=endless(), headers=signed(FIELDS))
    assert answer.status_code == 413


async def _never(form: FormData) -> int:
    raise AssertionError


async def test_no_token_means_no_entrance() -> None:
    app = Starlette(routes=webhook.routes(_never, _never, PUBLIC_URL, ""))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        answer = await client.post(URL, content=GOOD, headers=signed(FIELDS, token=""))
    assert answer.status_code == 403


async def test_other_methods_are_not_allowed() -> None:
    app = Starlette(routes=webhook.routes(_never, _never, PUBLIC_URL, TOKEN))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        assert (await client.get(URL)).status_code == 405


# Behind the door


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("", {}, Exception()), 503),
        (InterfaceError("", {}, Exception()), 503),
        (ConnectionRefusedError(), 503),
        (Unsure(), 503),
        (Busy(17), 503),
        (Gone(), 200),
        (Refused("21617"), 200),
    ],
)
async def test_what_can_be_mended_is_brought_again(
    twilio: Twilio, connect: Connect, error: Exception, status: int
) -> None:
    async def fails(incoming: Incoming, send: Send) -> None:
        raise error

    async with connect(Toy(answer=fails).receive):
        assert await twilio.person().says("halo") == status
    assert len(twilio.attempts) == (4 if status == 503 else 1)


async def test_a_message_is_repeated_until_it_is_handled(
    twilio: Twilio, connect: Connect, toy: Toy
) -> None:
    async def third_time(incoming: Incoming, send: Send) -> None:
        if len(toy.heard) < 3:
            raise OperationalError("", {}, Exception())

    toy.answer = third_time
    async with connect(toy.receive):
        assert await twilio.person().says("satu") == 200
    assert [incoming.text for incoming in toy.heard] == ["satu"] * 3


async def test_a_replay_is_accepted_and_has_no_effect(
    twilio: Twilio, connect: Connect, toy: Toy
) -> None:
    fields = twilio.person().fields(Body="satu")
    async with connect(toy.receive):
        assert [await twilio.deliver(fields) for _ in range(3)] == [200] * 3
    assert len(toy.heard) == 1


async def test_a_fault_of_ours_is_admitted_and_logged_without_what_was_said(
    twilio: Twilio, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(incoming: Incoming, send: Send) -> None:
        raise KeyError(incoming.text)

    ani = twilio.person()
    async with connect(Toy(answer=fails).receive):
        assert await ani.says("nama saya Ani") == 200
    assert "gangguan" in ani.last.text
    assert "KeyError" in caplog.text
    assert "Ani" not in caplog.text


async def test_twilio_never_waits_longer_than_we_promise(
    twilio: Twilio, connect: Connect, toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slow work goes on; the repeat finds it done, so there is one answer."""
    monkeypatch.setattr("bot.channels.whatsapp.channel.WHATSAPP_WEBHOOK_TIME", 0.4)

    async def slow(incoming: Incoming, send: Send) -> None:
        await asyncio.sleep(0.6)
        await send([Outgoing(Text.plain("jawaban"))], ())

    toy.answer = slow
    ani = twilio.person()
    async with connect(toy.receive):
        assert await ani.says("halo") == 200
    assert twilio.attempts[0] == 503
    assert [bubble.text for bubble in ani.sees] == ["jawaban"]


async def test_one_chat_in_order_and_others_unhindered(
    twilio: Twilio, connect: Connect, toy: Toy
) -> None:
    order: list[str] = []
    release = asyncio.Event()

    async def answer(incoming: Incoming, send: Send) -> None:
        if incoming.text == "a1":
            await release.wait()
        order.append(incoming.text)

    toy.answer = answer
    ani, budi = twilio.person(), twilio.person("+6289999", "Budi")
    async with connect(toy.receive):
        posts = []
        for person, text in [(ani, "a1"), (ani, "a2"), (budi, "b1"), (ani, "a3")]:
            posts.append(asyncio.create_task(person.says(text)))
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        assert order == ["b1"]
        release.set()
        await asyncio.gather(*posts)
    assert order == ["b1", "a1", "a2", "a3"]

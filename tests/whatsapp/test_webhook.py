"""The door of the webhook: who may come in, and what is answered to whom."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.applications import Starlette
from starlette.datastructures import FormData

from bot.channels.whatsapp import webhook
from bot.channels.whatsapp.receive import NoMessage, understand
from bot.chat.delivery_errors import Busy, Gone, Refused, Unsure
from bot.chat.dispatcher import Send
from bot.chat.messages import Incoming, Outgoing
from bot.chat.text import Text
from bot.clock import SetClock
from bot.limits import WHATSAPP_WEBHOOK_BODY
from tests.fakes.twilio import PUBLIC_URL, Twilio
from tests.fakes.twilio_world import TOKEN
from tests.whatsapp.conftest import Connect, Toy

URL = f"{PUBLIC_URL}/whatsapp"
FORM = "application/x-www-form-urlencoded"


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


def signed(fields: list[tuple[str, str]], url: str = URL, token: str = TOKEN) -> dict[str, str]:
    signature = Twilio(SetClock()).sign(url, fields, token)
    return {"X-Twilio-Signature": signature, "Content-Type": FORM}


FIELDS = [("MessageSid", "SM" + "0" * 32), ("From", "whatsapp:+6281"), ("Body", "halo & <b>")]
GOOD = urlencode(FIELDS).encode()


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


def hostile() -> Iterator[tuple[str, bytes, dict[str, str], int]]:
    """What arrives, and the status it gets; `docs/whatsapp.md` shows the table."""
    good = signed(FIELDS)
    yield "wrong signature", GOOD, {**good, "X-Twilio-Signature": "x" * 28}, 403
    yield "signature of another token", GOOD, signed(FIELDS, token="lain"), 403
    yield "no signature", GOOD, {"Content-Type": FORM}, 403
    yield "empty signature", GOOD, {**good, "X-Twilio-Signature": ""}, 403
    yield "changed field", GOOD.replace(b"halo", b"hola"), good, 403
    yield "added field", GOOD + b"&Body=2", good, 403
    yield "address with a slash more", GOOD, signed(FIELDS, url=URL + "/"), 403
    yield "signed for http", GOOD, signed(FIELDS, url=URL.replace("https", "http")), 403
    yield "JSON body", b'{"Body":"x"}', {**good, "Content-Type": "application/json"}, 403
    part = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nx\r\n--b--\r\n'
    yield "file part", part, {**good, "Content-Type": "multipart/form-data; boundary=b"}, 403
    yield "no content type", GOOD, {"X-Twilio-Signature": good["X-Twilio-Signature"]}, 403
    yield "bytes that are no text", b"Body=\xff\xfe\x00", good, 403
    yield "broken percent signs", b"Body=%ff%zz%", good, 403
    yield "ten thousand fields", b"&".join(b"a=1" for _ in range(10_000)), good, 403
    yield "1 MB", b"Body=" + b"x" * 1_000_000, good, 413
    settings_header = {"X-Twilio-Webhooks-Signature-Settings": "algorithm=MD5"}
    yield "unknown algorithm", GOOD, {**good, **settings_header}, 403
    yield "empty body, signed", b"", signed([]), 400


TABLE = list(hostile())


@pytest.mark.parametrize(
    ("content", "headers", "status"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
async def test_hostile_requests_are_refused_at_once(
    door: Door, content: bytes, headers: dict[str, str], status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    answered, seconds = await door.knock(content, headers)
    assert answered == status
    assert seconds < 1
    assert not [r for r in caplog.records if r.name.startswith(("bot", "twilio"))]


async def test_a_body_hash_in_the_address_opens_no_side_door(door: Door) -> None:
    url = f"{URL}?bodySHA256=" + "0" * 64
    assert (await door.knock(b"", signed([], url=url), url=url))[0] == 403


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


field_names = st.sampled_from(
    ["MessageSid", "From", "To", "Body", "NumMedia", "MediaUrl0", "MediaContentType0", "WaId",
     "ExternalUserId", "ProfileName", "MessageType", "ButtonPayload", "ListId", "Latitude",
     "OptOutType", "ChannelMetadata"]
) | st.text(max_size=20)  # fmt: skip
values = st.text(max_size=60) | st.sampled_from(
    ["SM" + "a" * 32, "whatsapp:+6281", "1", "-1", "99999999", "²", "interactive", "location"]
)
strange = st.lists(st.tuples(field_names, values), max_size=12)
bodies = strange | strange.map(lambda more: [*more, *FIELDS])  # the last of a repeated key counts


@settings(deadline=None, max_examples=300)
@given(bodies)
def test_no_signed_form_makes_the_server_fail(fields: list[tuple[str, str]]) -> None:
    status, _ = asyncio.run(Door().knock(urlencode(fields).encode(), signed(fields)))
    assert status in (200, 400)


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=300), st.text(max_size=40), st.sampled_from([FORM, "text/plain", ""]))
def test_no_bytes_make_the_server_fail(content: bytes, signature: str, kind: str) -> None:
    headers = {"X-Twilio-Signature": signature.encode("latin-1", "replace"), "Content-Type": kind}
    status, _ = asyncio.run(Door().knock(content, headers))  # type: ignore[arg-type]
    assert status == 403


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

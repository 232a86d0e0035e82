"""Media: credentials for Twilio alone, redirects to nowhere private, and a limit."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.whatsapp import files
from bot.channels.whatsapp.files import FileGone, FileTooBig
from bot.chat.delivery_errors import Unreachable
from tests.fakes.twilio import Twilio
from tests.fakes.twilio_world import ACCOUNT, TOKEN

AUTH = (ACCOUNT, TOKEN)


async def read(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


def reference(twilio: Twilio, content: bytes) -> str:
    sid = dict(twilio.person().fields())["MessageSid"]
    twilio.world.messages[sid].media["ME1"] = content
    return f"{twilio.base}/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Media/ME1"


async def test_a_file_comes_in_chunks_and_the_redirect_gets_no_credentials(
    twilio: Twilio,
) -> None:
    link = reference(twilio, b"x" * 200_000)
    assert len(await read(files.download(twilio.base, AUTH, link))) == 200_000
    assert twilio.leaks == []


@pytest.mark.parametrize(
    "target",
    ["http://10.0.0.1/x", "https://169.254.169.254/latest", "https://localhost/x",
     "https://db.internal/x", "ftp://cdn.example/x", "https://[::1]/x", "file:///etc/passwd"],
)  # fmt: skip
async def test_a_redirect_leads_to_no_private_place(twilio: Twilio, target: str) -> None:
    twilio.redirect_to = target
    with pytest.raises(FileGone):
        await read(files.download(twilio.base, AUTH, reference(twilio, b"x")))


async def test_redirects_end(twilio: Twilio) -> None:
    link = reference(twilio, b"x")
    twilio.redirect_to = link
    with pytest.raises(FileGone):
        await read(files.download(twilio.base, AUTH, link))


@pytest.mark.parametrize("link", ["", "https://evil.example/x", "file:///etc/passwd"])
async def test_other_places_are_not_asked(link: str) -> None:
    with pytest.raises(FileGone):
        await read(files.download("https://api.twilio.com", AUTH, link))


async def test_a_host_that_only_begins_like_twilio_is_another_place() -> None:
    link = "https://api.twilio.com.evil.example/x"
    with pytest.raises(FileGone):
        await read(files.download("https://api.twilio.com", AUTH, link))


async def test_a_file_that_is_gone(twilio: Twilio) -> None:
    link = reference(twilio, b"x").replace("ME1", "ME2")
    with pytest.raises(FileGone):
        await read(files.download(twilio.base, AUTH, link))


async def test_a_file_that_is_too_big(twilio: Twilio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "WHATSAPP_MEDIA_MAX", 1000)
    with pytest.raises(FileTooBig):
        await read(files.download(twilio.base, AUTH, reference(twilio, b"x" * 1001)))


@pytest.mark.parametrize("announced", [True, False])
async def test_no_more_is_read_than_was_asked_for(twilio: Twilio, announced: bool) -> None:
    twilio.announces = announced
    link = reference(twilio, b"x" * 1_000_000)
    got: list[int] = []

    async def take() -> None:
        async for chunk in files.download(twilio.base, AUTH, link, 100_000):
            got.append(len(chunk))  # noqa: PERF401 - it ends with an error

    with pytest.raises(FileTooBig):
        await take()
    assert sum(got) <= 100_000


async def test_twilio_away() -> None:
    base = "http://127.0.0.1:9"
    with pytest.raises(Unreachable):
        await read(files.download(base, AUTH, f"{base}/x"))

"""Our calls against Prism, a mock server that checks them by Twilio's published description.

Runs where ``prism`` (npm, @stoplight/prism-cli) is installed and the description lies at hand.
"""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from bot.channels.whatsapp.calls import call
from bot.channels.whatsapp.client import open_client
from bot.channels.whatsapp.setup import _create
from bot.channels.whatsapp.templates import all_templates
from bot.chat.wording import Wording
from tests.whatsapp.conftest import settings_for
from tests.whatsapp.test_contract import CONTENT, MESSAGES

PRISM = shutil.which("prism")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (PRISM and MESSAGES.exists()), reason="no Prism or no description"),
]


@asynccontextmanager
async def prism(description: Path) -> AsyncIterator[str]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(str(PRISM), "mock", str(description), "-h", "127.0.0.1", "-p", str(port)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _listening(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def _listening(port: int) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return


async def test_prism_takes_what_we_send(wording: Wording) -> None:
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(prism(MESSAGES))
        content = await stack.enter_async_context(prism(CONTENT))
        settings = settings_for(api, twilio_content_base=content)
        client, http = open_client(settings)
        stack.push_async_callback(http.close)
        to, sender = "whatsapp:+6281234567890", "whatsapp:+6281100000000"
        sent = await call(
            lambda: client.messages.create_async(to=to, from_=sender, body="halo & <b>")
        )
        assert sent.sid.startswith(("SM", "MM"))
        templated = {"content_sid": "HX" + "0" * 32, "content_variables": '{"1":"a"}'}
        await call(lambda: client.messages.create_async(to=to, from_=sender, **templated))
        await call(lambda: client.messages(sent.sid).delete_async())
        for template in all_templates(wording):
            await _create(client, template)

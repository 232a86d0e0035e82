"""telemelya 0.2.2, a Bot API emulator of others: started, talked to, and mended where it must be.

It knows private chats only, brings updates by webhook, and serves text, edits, buttons and photos.
What our side has to mend: it forgets the secret header.
"""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.fakes.bot_api import _free_socket, _Server

PYTHON = Path(os.environ.get("TELEMELYA_PYTHON", ".telemelya/bin/python"))
_START = 60  # seconds

Record = dict[str, Any]


@contextmanager
def started(log: Path) -> Iterator[str]:
    """The emulator in a process of its own; its address."""
    ports = [str(_free_port()) for _ in range(3)]
    with log.open("wb") as out:
        command = [str(PYTHON), str(Path(__file__).with_name("serve.py")), *ports]
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
    try:
        yield f"http://127.0.0.1:{ports[0]}"
    finally:
        process.terminate()
        process.wait()


@dataclass
class Telemelya:
    """The test's side of the emulator; ``token`` is our bot's."""

    client: httpx.AsyncClient
    token: str

    @classmethod
    @asynccontextmanager
    async def at(cls, address: str, token: str) -> AsyncIterator["Telemelya"]:
        headers = {"Authorization": "Bearer k"}
        url = f"{address}/api/v1/test"
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client:
            async with asyncio.timeout(_START):
                while not await _healthy(client):  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
            yield cls(client, token)

    async def brings(self, chat: int, **values: Any) -> None:
        """An update, answered by our webhook with 200 before this returns."""
        answer = await self.client.post(
            "/send_update",
            params={"bot_token": self.token, "session_id": str(chat)},
            json={"chat_id": chat, **values},
        )
        assert answer.json()["delivery"]["status_code"] == 200, answer.text

    async def stores(self, chat: int, content: bytes) -> str:
        """The id of a new file."""
        file = {"file": ("photo.jpg", content, "image/jpeg")}
        answer = await self.client.post(
            "/upload_media", params={"session_id": str(chat)}, files=file
        )
        return str(answer.json()["file_id"])

    async def content(self, file: str) -> bytes:
        answer = await self.client.get(f"/media/{file}", params={"session_id": "default"})
        return answer.content

    async def called(self, session: str) -> list[Record]:
        """Every call of ours that belongs to a chat; ``default``: to none that wrote to us."""
        answer = await self.client.get("/responses", params={"session_id": session})
        found: list[Record] = answer.json()["responses"]
        return found


@asynccontextmanager
async def reachable(app: ASGIApp, secret: str) -> AsyncIterator[str]:
    """Our webhook's address; every request is given the secret header that telemelya forgets."""

    async def mended(scope: Scope, receive: Receive, send: Send) -> None:
        secret_header = (b"x-telegram-bot-api-secret-token", secret.encode())
        await app({**scope, "headers": [*scope["headers"], secret_header]}, receive, send)

    listener = _free_socket()
    config = uvicorn.Config(mended, log_config=None, access_log=False, lifespan="off")
    server = _Server(config)
    serving = asyncio.create_task(server.serve([listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/telegram"
    finally:
        server.should_exit = True
        await serving
        listener.close()


async def _healthy(client: httpx.AsyncClient) -> bool:
    try:
        return bool((await client.get("/health")).json()["ok"])
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with _free_socket() as found:
        return int(found.getsockname()[1])

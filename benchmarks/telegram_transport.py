"""What one Bot API call costs with each HTTP client: ``telegram_transport.py [--calls 3000]``.

Every client has a process of its own and sends the same message to one bare server, 32 calls at a
time; CPU is that of the client alone. ``httpx-aiohttp`` is measured where it can be imported.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time

import uvicorn
from starlette.types import Receive, Scope, Send
from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest

IN_FLIGHT = 32
WARM_UP = 300
MESSAGE = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "x" * 500}
ANSWER = json.dumps({"ok": True, "result": MESSAGE}).encode()
CLIENTS = ("default", "default-without-sniffio", "httpx-aiohttp", "ours")


def _request(client: str) -> BaseRequest:
    if client == "ours":
        from bot.channels.telegram.request import SessionRequest

        return SessionRequest()
    if client == "httpx-aiohttp":
        from httpx_aiohttp import AiohttpTransport  # type: ignore[import-not-found]

        return HTTPXRequest(IN_FLIGHT, httpx_kwargs={"transport": AiohttpTransport()})
    if client == "default-without-sniffio":
        sys.modules["sniffio"] = None  # type: ignore[assignment]
    return HTTPXRequest(IN_FLIGHT)


async def measure(client: str, port: int, calls: int) -> None:
    """Print the CPU of one call in µs, and calls in a second."""
    request = _request(client)
    await request.initialize()
    bot = Bot("1:x", base_url=f"http://127.0.0.1:{port}/bot", request=request)
    await _send(bot, WARM_UP)
    cpu, began = time.process_time(), time.monotonic()
    await _send(bot, calls)
    cpu, took = time.process_time() - cpu, time.monotonic() - began
    await request.shutdown()
    print(f"{client:24} {1e6 * cpu / calls:6.0f} µs {calls / took:6.0f}/s", flush=True)  # noqa: T201


async def _send(bot: Bot, calls: int) -> None:
    async def one_after_another() -> None:
        for _ in range(calls // IN_FLIGHT):
            await bot.send_message(1, "x" * 500)

    await asyncio.gather(*(one_after_another() for _ in range(IN_FLIGHT)))


async def _answer(_scope: Scope, _receive: Receive, send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(ANSWER))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": ANSWER})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=3_000)
    parser.add_argument("--port", type=int, default=8_399)
    parser.add_argument("--client", choices=(*CLIENTS, "server"))
    given = parser.parse_args()
    if given.client == "server":
        uvicorn.run(_answer, port=given.port, log_level="error", lifespan="off")
    elif given.client:
        asyncio.run(measure(given.client, given.port, given.calls))
    else:
        _all(given.port, given.calls)


def _all(port: int, calls: int) -> None:
    own = [sys.executable, __file__, "--port", str(port), "--calls", str(calls), "--client"]
    server = subprocess.Popen([*own, "server"])  # noqa: S603
    try:
        time.sleep(2)
        for client in CLIENTS:
            subprocess.run([*own, client], check=False)  # noqa: S603
    finally:
        server.terminate()


if __name__ == "__main__":
    main()

"""A full FAQ answer on WhatsApp beside bare endpoints: CPU, latency, memory, in one run.

``python -m benchmarks.whatsapp_answer`` starts the servers one after another in front of a small
Twilio of its own, the server on the first core and the load on the last. Rounds take turns, and
the medians count. CPU is the server's own user and system time, everything that an answer costs
included: the receipt against repeats, the typed choices, the list of what to delete at Twilio.
"""

import argparse
import asyncio
import base64
import hmac
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from benchmarks.telegram_answer import (
    Figures,
    Server,
    _free_port,
    cpu_of,
    memory_of,
    questions,
    report,
    running,
)
from benchmarks.whatsapp_servers import ACCOUNT, NUMBER, TOKEN

SERVERS = Path(__file__).with_name("whatsapp_servers.py")


class Twilio:
    """Answers calls, and knows when the reply to a message arrived."""

    def __init__(self, templates: list[dict[str, Any]]) -> None:
        self.arrived: dict[str, asyncio.Future[float]] = {}
        self.messages = 0
        self._templates = templates
        self._ids = count(1)

    async def created(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.messages += 1
        waiting = self.arrived.pop(str(form["To"]), None)
        if waiting and not waiting.done():
            waiting.set_result(time.perf_counter())
        sid = f"SM{next(self._ids):032x}"
        return web.json_response(_message(sid, form), status=201)

    async def contents(self, _request: web.Request) -> web.Response:
        meta = {"key": "contents", "page": 0, "page_size": 500, "next_page_url": None}
        return web.json_response({"contents": self._templates, "meta": meta})

    def app(self) -> web.Application:
        app = web.Application()
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        app.router.add_post(path, self.created)
        app.router.add_get("/v1/Content", self.contents)
        return app


def _message(sid: str, form: Any) -> dict[str, Any]:
    date = "Sun, 22 Nov 2026 05:01:45 +0000"
    return {
        "account_sid": ACCOUNT, "api_version": "2010-04-01", "body": str(form.get("Body", "")),
        "date_created": date, "date_sent": None, "date_updated": date,
        "direction": "outbound-api", "error_code": None, "error_message": None,
        "from": str(form["From"]), "num_media": "0", "num_segments": "1", "price": None,
        "price_unit": "USD", "messaging_service_sid": None, "sid": sid, "status": "queued",
        "subresource_uris": {"media": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Media.json"},
        "to": str(form["To"]), "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json",
    }  # fmt: skip


def form(number: int, text: str) -> tuple[str, dict[str, str]]:
    """A message as Twilio brings it, each from another person."""
    digits = str(6281_000_000_000 + number)
    sender, sid = f"whatsapp:+{digits}", f"SM{number:032x}"
    return sender, {
        "SmsMessageSid": sid, "NumMedia": "0", "ProfileName": "Ani Wulandari", "SmsSid": sid,
        "WaId": digits, "SmsStatus": "received", "Body": text, "To": NUMBER, "NumSegments": "1",
        "ReferralNumMedia": "0", "MessageSid": sid, "AccountSid": ACCOUNT, "From": sender,
        "MessageType": "text", "ApiVersion": "2010-04-01",
    }  # fmt: skip


def signed(url: str, fields: dict[str, str]) -> dict[str, str]:
    text = url + "".join(name + value for name, value in sorted(fields.items()))
    digest = hmac.digest(TOKEN.encode(), text.encode(), "sha1")
    return {
        "X-Twilio-Signature": base64.b64encode(digest).decode(),
        "Content-Type": "application/x-www-form-urlencoded",
    }


async def load(
    twilio: Twilio, url: str, texts: Sequence[str], first: int, many: int, width: int
) -> list[float]:
    """Post ``many`` messages, ``width`` at a time; the seconds until each reply arrived."""
    numbers = iter(range(first, first + many))
    took: list[float] = []
    async with aiohttp.ClientSession() as session:

        async def one_after_another() -> None:
            for number in numbers:
                sender, fields = form(number, texts[number % len(texts)])
                arrived = asyncio.get_running_loop().create_future()
                twilio.arrived[sender] = arrived
                headers, body = signed(url, fields), urlencode(fields)
                began = time.perf_counter()
                async with session.post(url, data=body, headers=headers) as answer:
                    answer.raise_for_status()
                took.append(await asyncio.wait_for(arrived, 10) - began)

        await asyncio.gather(*(one_after_another() for _ in range(width)))
    return took


async def measure(server: Server, twilio: Twilio, api: str, args: Any) -> Figures:
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        async with running(server, port, api, Path(folder)) as pid:
            url = f"http://127.0.0.1:{port}/whatsapp"
            await load(twilio, url, args.texts, 1, 100, args.width)
            before, began = cpu_of(pid), time.perf_counter()
            took = await load(twilio, url, args.texts, 1_001, args.messages, args.width)
            seconds, used = time.perf_counter() - began, cpu_of(pid) - before
            memory = memory_of(pid)
    took.sort()
    return Figures(
        args.messages / seconds,
        1000 * took[len(took) // 2],
        1000 * took[int(0.99 * len(took))],
        1e6 * used / args.messages,
        memory,
    )


def templates() -> list[dict[str, Any]]:
    """What ``doctor --apply`` makes, so that answers carry buttons and lists."""
    from bot.channels.whatsapp.templates import all_templates
    from bot.chat.wording import Wording

    made = all_templates(Wording.load(SERVERS.parents[1] / "content" / "wording"))
    return [
        {"sid": f"HX{number:032x}", "friendly_name": template.name, "types": template.types}
        for number, template in enumerate(made)
    ]


async def run(args: argparse.Namespace) -> None:
    cores = sorted(os.sched_getaffinity(0))
    kinds = ["service"] if args.profile else ["service", "bare", "sdk"]
    more = (args.profile,) if args.profile else ()
    chosen = [
        Server(kind, (sys.executable, "-m", "benchmarks.whatsapp_servers", kind, "PORT", "API",
                      "FOLDER", *more))
        for kind in kinds
    ]  # fmt: skip
    args.texts = questions()
    twilio, port = Twilio([] if args.letters else templates()), _free_port()
    runner = web.AppRunner(twilio.app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    rounds: dict[str, list[Figures]] = {server.name: [] for server in chosen}
    for _ in range(args.rounds):
        for server in chosen:
            os.sched_setaffinity(0, {cores[-1]})
            found = await measure(server, twilio, f"http://127.0.0.1:{port}", args)
            os.sched_setaffinity(0, set(cores))
            rounds[server.name].append(found)
    await runner.cleanup()
    report(rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=600, help="in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--width", type=int, default=16, help="messages in flight")
    parser.add_argument("--letters", action="store_true", help="no templates, as in the sandbox")
    parser.add_argument("--profile", help="profile the service alone into this file")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()

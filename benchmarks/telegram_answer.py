"""CPU of a full FAQ answer on Telegram beside bare echo bots (benchmarks/measuring.py says how).

Run ``python -m benchmarks.telegram_answer``.

aiogram is no dependency of the service: it is put into an environment of its own in the temporary
folder, and left out, with a line that says so, where it cannot be installed.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Hashable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import web

from benchmarks.measuring import Server, compare, has_arrived, options, questions

HERE = Path(__file__).resolve().parent
AIOGRAM = Path(tempfile.gettempdir()) / "tanya-netral-aiogram"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": "benchmark"}
ME = {"id": 7654321, "is_bot": True, "first_name": "Tanya", "username": "tanya_bot"}


class Telegram:
    """Answers calls, and knows when the reply to an update arrived."""

    path = "/telegram"

    def __init__(self, texts: Sequence[str]) -> None:
        self.arrived: dict[Hashable, asyncio.Future[float]] = {}
        self._texts = texts
        self._ids = count(1)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._called)
        return app

    async def _called(self, request: web.Request) -> web.Response:
        if request.path.lower().endswith("/getme"):
            return web.json_response({"ok": True, "result": ME})
        values = await _values(request)
        chat = int(values.get("chat_id", 0))
        has_arrived(self, chat)
        result = {
            "message_id": next(self._ids),
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private", "first_name": "Ani"},
            "from": ME,
            "text": values.get("text", ""),
        }
        return web.json_response({"ok": True, "result": result})

    def message(self, _url: str, number: int) -> tuple[Hashable, Mapping[str, str], bytes]:
        """A private message as Telegram brings it."""
        chat = 100_000 + number
        person = {
            "id": chat,
            "is_bot": False,
            "first_name": "Ani",
            "last_name": "Wulandari",
            "username": f"ani{chat}",
            "language_code": "id",
        }
        message = {
            "message_id": number,
            "from": person,
            "chat": {"id": chat, "type": "private", "first_name": "Ani", "username": f"ani{chat}"},
            "date": int(time.time()),
            "text": self._texts[number % len(self._texts)],
        }
        return chat, HEADERS, json.dumps({"update_id": number, "message": message}).encode()


async def _values(request: web.Request) -> Any:
    if request.content_type == "application/json":
        return await request.json()
    return await request.post()


def aiogram_python() -> str | None:
    """The interpreter of an environment that has aiogram, made when it is missing."""
    python = AIOGRAM / "bin" / "python"
    packages = ["aiogram", "starlette", "uvicorn", "httptools"]
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(AIOGRAM)], check=True)  # noqa: S603
            install = [str(python), "-m", "pip", "install", "--quiet", *packages]
            subprocess.run(install, check=True)  # noqa: S603
        subprocess.run([str(python), "-c", "import aiogram, httptools"], check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return None
    return str(python)


def servers(profile: str | None) -> list[Server]:
    echo, service = str(HERE / "telegram_echo.py"), str(HERE / "telegram_service.py")
    more = (profile,) if profile else ()
    found = [Server("service", (sys.executable, service, "PORT", "API", "FOLDER", *more))]
    if profile:
        return found
    found.append(Server("ptb echo", (sys.executable, echo, "ptb", "PORT", "API")))
    if python := aiogram_python():
        found.append(Server("aiogram echo", (python, echo, "aiogram", "PORT", "API")))
    else:
        print("aiogram could not be installed here: its row is left out")  # noqa: T201
    return found


def main() -> None:
    args = options(str(__doc__), messages=1_500, width=32).parse_args()
    asyncio.run(compare(servers(args.profile), Telegram(questions()), args))


if __name__ == "__main__":
    main()

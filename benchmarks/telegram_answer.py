"""CPU of a full FAQ answer on Telegram beside bare echo bots.

Run ``python benchmarks/telegram_answer.py``.

One server at a time stands alone on the first core; this program, on the other one, plays Telegram:
it posts updates to the webhook (a fixed number in flight) and answers ``sendMessage``. Servers take
turns for some rounds, and the medians count. CPU is the server's own user and system time.

aiogram is no dependency of the service: it is put into an environment of its own in the temporary
folder, and left out, with a line that says so, where it cannot be installed.
"""

import argparse
import asyncio
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

HERE = Path(__file__).resolve().parent
AIOGRAM = Path(tempfile.gettempdir()) / "tanya-netral-aiogram"
TICKS = os.sysconf("SC_CLK_TCK")
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": "benchmark"}
ME = {"id": 7654321, "is_bot": True, "first_name": "Tanya", "username": "tanya_bot"}


@dataclass(frozen=True)
class Server:
    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """Per update: CPU in microseconds, latencies in milliseconds; memory in MB."""

    rate: float
    p50: float
    p99: float
    cpu: float
    memory: float


class Telegram:
    """The platform: answers calls, and knows when the reply to an update arrived."""

    def __init__(self) -> None:
        self.arrived: dict[int, asyncio.Future[float]] = {}
        self.texts: list[str] = []
        self._ids = count(1)

    async def called(self, request: web.Request) -> web.Response:
        if request.path.lower().endswith("/getme"):
            return web.json_response({"ok": True, "result": ME})
        values = await _values(request)
        chat = int(values.get("chat_id", 0))
        self.texts.append(str(values.get("text", "")))
        waiting = self.arrived.pop(chat, None)
        if waiting and not waiting.done():
            waiting.set_result(time.perf_counter())
        result = {
            "message_id": next(self._ids),
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private", "first_name": "Ani"},
            "from": ME,
            "text": values.get("text", ""),
        }
        return web.json_response({"ok": True, "result": result})


async def _values(request: web.Request) -> Any:
    if request.content_type == "application/json":
        return await request.json()
    return await request.post()


def update(number: int, text: str) -> tuple[int, bytes]:
    """A private message as Telegram brings it, each from another chat."""
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
        "text": text,
    }
    return chat, json.dumps({"update_id": number, "message": message}).encode()


async def load(
    telegram: Telegram, url: str, texts: Sequence[str], first: int, many: int, width: int
) -> list[float]:
    """Post ``many`` updates, ``width`` at a time; the seconds until each reply arrived."""
    numbers = iter(range(first, first + many))
    took: list[float] = []
    async with aiohttp.ClientSession(headers=HEADERS) as session:

        async def one_after_another() -> None:
            for number in numbers:
                chat, body = update(number, texts[number % len(texts)])
                arrived = asyncio.get_running_loop().create_future()
                telegram.arrived[chat] = arrived
                began = time.perf_counter()
                async with session.post(url, data=body) as answer:
                    answer.raise_for_status()
                took.append(await asyncio.wait_for(arrived, 10) - began)

        await asyncio.gather(*(one_after_another() for _ in range(width)))
    return took


@asynccontextmanager
async def running(server: Server, port: int, api: str, folder: Path) -> AsyncIterator[int]:
    """Start a server on the first core; gives its process id."""
    fields = {"PORT": str(port), "API": api, "FOLDER": str(folder)}
    command = [fields.get(word, word) for word in server.command]
    process = subprocess.Popen(command, cwd=HERE.parent)  # noqa: ASYNC220, S603
    try:
        os.sched_setaffinity(process.pid, {min(os.sched_getaffinity(0))})
        await _listening(process, port)
        yield process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


async def _listening(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit("a server ended before it listened")
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise SystemExit("a server did not start within a minute")


def cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_of(pid: int) -> float:
    line = next(
        row for row in Path(f"/proc/{pid}/status").read_text().splitlines() if "VmRSS" in row
    )
    return int(line.split()[1]) / 1024


async def measure(server: Server, telegram: Telegram, api: str, args: Any) -> Figures:
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        async with running(server, port, api, Path(folder)) as pid:
            url = f"http://127.0.0.1:{port}/telegram"
            await load(telegram, url, args.texts, 1, 200, args.width)
            before, began = cpu_of(pid), time.perf_counter()
            took = await load(telegram, url, args.texts, 1_001, args.updates, args.width)
            seconds, used = time.perf_counter() - began, cpu_of(pid) - before
            memory = memory_of(pid)
    took.sort()
    return Figures(
        args.updates / seconds,
        1000 * took[len(took) // 2],
        1000 * took[int(0.99 * len(took))],
        1e6 * used / args.updates,
        memory,
    )


def questions() -> list[str]:
    """What topics' curators wrote as example questions, where the matcher answers at once."""
    from bot.content import load_content

    content = load_content(HERE.parent / "content", Path("data/cache"))
    found = [topic.question for topic in content.topics.values()]
    return [text for text in found if content.matcher.match(text).outcome == "answer"][:100]


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


def servers(python: str | None, profile: str | None) -> list[Server]:
    echo, service = str(HERE / "telegram_echo.py"), str(HERE / "telegram_service.py")
    more = (profile,) if profile else ()
    found = [Server("service", (sys.executable, service, "PORT", "API", "FOLDER", *more))]
    if profile:
        return found
    found.append(Server("ptb echo", (sys.executable, echo, "ptb", "PORT", "API")))
    if python:
        found.append(Server("aiogram echo", (python, echo, "aiogram", "PORT", "API")))
    else:
        print("aiogram could not be installed here: its row is left out")  # noqa: T201
    return found


def report(rounds: dict[str, list[Figures]]) -> None:
    medians = {
        name: Figures(
            *(
                statistics.median(getattr(each, field) for each in found)
                for field in Figures.__dataclass_fields__
            )
        )
        for name, found in rounds.items()
    }
    head = ("updates/s", "p50 ms", "p99 ms", "CPU µs", "CPU range", "memory MB", "CPU ratio")
    print(f"{'':14}" + "".join(f"{title:>13}" for title in head))  # noqa: T201
    for name, found in medians.items():
        spread = [each.cpu for each in rounds[name]]
        ratio = medians["service"].cpu / found.cpu
        print(  # noqa: T201
            f"{name:14}{found.rate:13.0f}{found.p50:13.1f}{found.p99:13.1f}{found.cpu:13.0f}"
            f"{f'{min(spread):.0f}-{max(spread):.0f}':>13}{found.memory:13.0f}{ratio:13.2f}"
        )
    print("CPU ratio: the service's CPU per answer divided by this row's")  # noqa: T201


async def run(args: argparse.Namespace) -> None:
    cores = sorted(os.sched_getaffinity(0))
    chosen = servers(aiogram_python(), args.profile)
    args.texts = questions()
    telegram, port = Telegram(), _free_port()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", telegram.called)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    rounds: dict[str, list[Figures]] = {server.name: [] for server in chosen}
    for _ in range(args.rounds):
        for server in chosen:
            os.sched_setaffinity(0, {cores[-1]})
            found = await measure(server, telegram, f"http://127.0.0.1:{port}", args)
            os.sched_setaffinity(0, set(cores))
            rounds[server.name].append(found)
    await runner.cleanup()
    report(rounds)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--updates", type=int, default=1_500, help="in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--width", type=int, default=32, help="updates in flight")
    parser.add_argument("--profile", help="profile the service alone into this file")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()

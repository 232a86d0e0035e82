"""The web room in a real Chromium: signing in keeps a Secure cookie, and scripts meet no obstacle.

``ROOM_SCREENSHOT=docs/room.png`` also writes what moderators see, on a telephone and on a desk.
"""

import asyncio
import io
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from PIL import Image
from selenium import webdriver

from bot.app import App, open_app
from bot.clock import SystemClock
from bot.content import Content
from bot.settings import load_settings
from bot.store import desk_work
from bot.store.effects import CountAtDesk
from tests.desks.talk import ANSWERS, tip
from tests.desks.test_room import DESKS, invited

CHROMIUM = Path("/usr/bin/chromium")
CHROMEDRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--force-device-scale-factor=1",
)
SIZES = {"phone": (412, 1_160), "desk": (1_080, 1_160)}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM.exists() and CHROMEDRIVER), reason="needs Chromium"),
]


@dataclass
class Served:
    """The whole service in a thread of its own."""

    app: App
    loop: asyncio.AbstractEventLoop
    address: str

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def deliver(self) -> None:
        async def all_() -> None:
            while await self.app.worker.step() or await self.app.errands.step():
                pass

        self.do(all_())


@pytest.fixture
def served(tmp_path: Path, content: Content) -> Iterator[Served]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    started, stop, found = threading.Event(), threading.Event(), []

    async def serve() -> None:
        desks = tmp_path / "desks.yaml"
        desks.write_text(DESKS, encoding="utf-8")
        settings = load_settings(
            _env_file=None,
            database_url=f"sqlite+aiosqlite:///{tmp_path / 'tanya.db'}",
            keys_url=str(tmp_path / "keys"),
            evidence_url=str(tmp_path / "evidence"),
            desks_file=desks,
            public_url="https://tanya.example",
            server_key="contoh",
        )
        async with open_app(settings, SystemClock(), content=content) as app:
            server = uvicorn.Server(uvicorn.Config(app.asgi(), log_level="error", lifespan="off"))
            task = asyncio.create_task(server.serve(sockets=[listener]))
            await asyncio.to_thread(until, lambda: server.started)
            port = listener.getsockname()[1]
            loop = asyncio.get_running_loop()
            found.append(Served(app, loop, f"http://localhost:{port}"))
            started.set()
            await asyncio.to_thread(stop.wait)
            server.should_exit = True
            await task

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert started.wait(30)
    yield found[0]
    stop.set()
    thread.join(15)
    listener.close()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (
        *FLAGS,
        f"--user-data-dir={tmp_path / 'profile'}",
    ):
        options.add_argument(flag)
    found = webdriver.Chrome(options, webdriver.ChromeService(CHROMEDRIVER))
    yield found
    found.quit()


def find(browser: Any, selector: str) -> Any:
    return browser.find_element("css selector", selector)


def until(condition: Callable[[], Any], seconds: float = 15) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError("waited in vain")


def seen(browser: Any) -> str:
    return str(browser.execute_script("return document.body.innerText"))


def say(browser: Any, text: str) -> None:
    find(browser, "#text").send_keys(text)
    find(browser, ".composer .send").click()


def press(browser: Any, label: str) -> None:
    buttons = browser.find_elements("css selector", ".card .choices button")
    button = next(b for b in reversed(buttons) if b.text == label)
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()


def picture(browser: Any, size: tuple[int, int], top: int = 0) -> Image.Image:
    browser.set_window_size(*size)
    browser.execute_script(f"scrollTo(0, {top})")
    time.sleep(0.5)
    return Image.open(io.BytesIO(browser.get_screenshot_as_png()))


def kept(pictures: list[Image.Image]) -> None:
    """Both beside each other, where they are asked for."""
    if path := os.environ.get("ROOM_SCREENSHOT"):
        width, height = sum(p.width for p in pictures) + 24, max(p.height for p in pictures)
        sheet = Image.new("RGB", (width, height), "#8b8072")
        left = 0
        for one in pictures:
            sheet.paste(one, (left, 0))
            left += one.width + 24
        sheet.save(path, optimize=True)


def enter(browser: Any, served: Served, desk: str) -> None:
    browser.get(f"{served.address}/ruang")
    find(browser, "#kode").send_keys(served.do(invited(served.app, desk, "owner")))
    find(browser, ".sign-in .send").click()
    until(lambda: "Anda: M-" in seen(browser))


def test_a_moderator_signs_in_works_and_leaves(served: Served, browser: Any) -> None:
    enter(browser, served, "ruang")
    assert browser.execute_script("return document.cookie") == ""
    one = served.do(tip(served.app, "ruang"))
    served.deliver()
    until(lambda: one.code in seen(browser))
    shots = [picture(browser, SIZES["phone"])]
    press(browser, "Ambil")
    until(lambda: "Status: diperiksa" in seen(browser))
    say(browser, f"/riwayat {one.code}")
    until(lambda: "Riwayat tindakan" in seen(browser))
    served.do(_numbers(served.app))
    say(browser, "/statistik")
    until(lambda: browser.find_elements("css selector", ".card .file img"))
    kept([*shots, picture(browser, SIZES["desk"], 9_999)])
    find(browser, "form[action='/ruang/keluar'] button").click()
    until(lambda: "Masuk ke ruang moderator" in seen(browser))
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_a_sealed_case_is_opened_with_a_pin(served: Served, browser: Any) -> None:
    enter(browser, served, "lemari")
    one = served.do(tip(served.app, "lemari", place="72.03"))
    served.deliver()
    until(lambda: one.code in seen(browser))
    assert ANSWERS["story"] not in seen(browser)
    press(browser, "Buka isi")
    until(lambda: "enam angka" in seen(browser))
    say(browser, "480517")
    until(lambda: "menyusul" in seen(browser))
    served.deliver()
    until(lambda: ANSWERS["story"] in seen(browser))
    assert "480517" not in browser.page_source


async def _numbers(app: App) -> None:
    week = app.ports.ring.week()
    async with app.database.begin() as connection:
        for category, count in (("1", 9), ("3", 6), ("5", 2)):
            for _ in range(count):
                counted = CountAtDesk("ruang", week, "category", category)
                await desk_work.count(connection, counted)

"""The pages in a real Chromium: with the script, by keyboard alone, and without JavaScript."""

import shutil
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.channels.web import Demo, WebChannel
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import Text
from bot.chat.wording import Wording
from bot.clock import SetClock
from bot.delivery.files import Uploads
from bot.keys.ring import open_ring
from bot.store.engine import open_database
from bot.tips.evidence.storage import EvidenceStore

CHROMIUM = Path("/usr/bin/chromium")
CHROMEDRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=500,900",
)
ENTER, SHIFT_ENTER, TAB = "\ue007", "\ue008\ue007", "\ue004"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM.exists() and CHROMEDRIVER), reason="needs Chromium"),
]


async def _receive(
    address: Any, event: str, incoming: Incoming, send: Any, *, arrived: bool = False
) -> None:
    """A small assistant: a receipt, a clearing, and answers with one button."""
    if incoming.desk:
        reply = Outgoing(Text.plain(f"Diterima: {incoming.choice or incoming.text}"), _TAKE)
        await send([reply if incoming.text else _replacing(reply)], ())
    elif incoming.text == "resi":
        await send([Outgoing(Text.plain("angin lumbung kertas"), secret=True)], ())
    elif incoming.attachments:
        kinds = ", ".join(f"{file.kind} {file.size}" for file in incoming.attachments)
        await send([Outgoing(Text.plain(f"Berkas: {kinds}; {incoming.text}"))], ())
    elif incoming.choice == "bersih":
        await send([Outgoing(Text.plain("Sudah bersih."), clears=True)], ())
    elif incoming.choice:
        await send([_replacing(Outgoing(Text.plain(f"Dipilih {incoming.choice}")))], ())
    else:
        choices = (Choice("Bukan ini", "bukan:1"), Choice("Bersihkan", "bersih"))
        await send([Outgoing(Text.plain(f"Jawaban: {incoming.text}"), choices)], ())


_TAKE = (Choice("Ambil", "k:ambil"),)


def _replacing(message: Outgoing) -> Outgoing:
    return Outgoing(message.text, message.choices, replaces=True)


@pytest.fixture(scope="module")
def served(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo, served by uvicorn in a thread; gives its address."""
    folder = tmp_path_factory.mktemp("browser")
    (folder / "wording").mkdir()
    shutil.copy(Path(__file__).parents[2] / "content" / "wording" / "web.yaml", folder / "wording")
    shutil.copy(sqlite_template, folder / "web.db")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(_app(folder, port), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    _until(lambda: server.started)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)
    listener.close()


def _app(folder: Path, port: int) -> Any:
    database = open_database(f"sqlite+aiosqlite:///{folder}/web.db")
    ring = open_ring(str(folder / "keys"), SetClock())
    demo = Demo("rahasia", "contoh", port)
    uploads = Uploads(EvidenceStore(str(folder / "evidence")), None)
    wording = Wording.load(folder / "wording")
    channel = WebChannel(_receive, database, ring, wording, demo, uploads)

    async def post_card(_request: Request) -> PlainTextResponse:
        await channel.send_to_room("contoh", Outgoing(Text.plain("Kartu baru"), _TAKE))
        return PlainTextResponse("ok")

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await database.close()

    routes = [*channel.routes(), Route("/uji/kartu", post_card, methods=["POST"])]
    pages = channel.error_pages()
    return channel.guard(Starlette(routes=routes, exception_handlers=pages, lifespan=lifespan))


@pytest.fixture(scope="module")
def open_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[bool], Any]]:
    """A new tab of a browser with or without JavaScript, each started once."""
    opened: dict[bool, Any] = {}

    def tab(javascript: bool = True) -> Any:
        if javascript not in opened:
            opened[javascript] = _start(tmp_path_factory.mktemp("profile"), javascript)
        browser = opened[javascript]
        old = browser.current_window_handle
        browser.switch_to.new_window("tab")
        new = browser.current_window_handle
        browser.switch_to.window(old)
        browser.close()
        browser.switch_to.window(new)
        browser.get_log("browser")  # what an earlier page said is not this one's
        return browser

    yield tab
    for browser in opened.values():
        browser.quit()


def _start(profile: Path, javascript: bool) -> Any:
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    if not javascript:
        setting = {"profile.managed_default_content_settings.javascript": 2}
        options.add_experimental_option("prefs", setting)
    return webdriver.Chrome(options, webdriver.ChromeService(CHROMEDRIVER))


def _until(condition: Callable[[], Any], seconds: float = 10) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(NoSuchElementException, StaleElementReferenceException):  # a page is loading
            if found := condition():
                return found
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def _find(browser: Any, selector: str) -> Any:
    return browser.find_element("css selector", selector)


def _bubbles(browser: Any) -> list[str]:
    script = "return [...document.querySelectorAll('.turn')].map(t => t.innerText)"
    return [" ".join(text.split()) for text in browser.execute_script(script)]


def _focused(browser: Any) -> Any:
    return browser.switch_to.active_element


def _tab_to(browser: Any, name: str) -> Any:
    for _ in range(20):
        focused = _focused(browser)
        if focused.tag_name != "body" and name in focused.text:
            return focused
        focused.send_keys(TAB)
    raise AssertionError(f"no way to {name} by keyboard")


def _console(browser: Any) -> list[Any]:
    return [entry for entry in browser.get_log("browser") if entry["level"] != "INFO"]


def test_a_conversation_by_keyboard_alone(served: str, open_browser: Any) -> None:
    browser = open_browser()
    browser.get(f"{served}/obrolan")
    _tab_to(browser, "Saya PNS").send_keys(ENTER)
    _until(lambda: len(_bubbles(browser)) == 2)
    field = _find(browser, "#text")
    field.send_keys("baris satu" + SHIFT_ENTER)
    field.send_keys("\ue000baris dua" + ENTER)
    _until(lambda: len(_bubbles(browser)) == 4)
    assert "Jawaban: baris satu baris dua" in _bubbles(browser)[-1]
    assert _focused(browser).get_attribute("id") == "text"
    field.send_keys("resi" + ENTER)
    _until(lambda: len(_bubbles(browser)) == 6)
    assert _find(browser, ".receipt").text == "angin lumbung kertas"
    assert _find(browser, ".copy").is_displayed()
    assert _console(browser) == []


def test_buttons_replace_and_clear(served: str, open_browser: Any) -> None:
    browser = open_browser()
    browser.get(f"{served}/obrolan")
    first = _find(browser, "[name=obrolan]").get_attribute("value")
    _find(browser, "#text").send_keys("boleh?" + ENTER)
    _until(lambda: len(_bubbles(browser)) == 2)
    _find(browser, "[value='bukan:1']").send_keys(ENTER)
    _until(lambda: any("Dipilih bukan:1" in bubble for bubble in _bubbles(browser)))
    assert len(_bubbles(browser)) == 2
    assert not any("Jawaban" in bubble for bubble in _bubbles(browser))
    assert _focused(browser).tag_name == "article"
    _find(browser, "#text").send_keys("lagi" + ENTER)
    _until(lambda: any("Jawaban: lagi" in bubble for bubble in _bubbles(browser)))
    _find(browser, "[value='bersih']").send_keys(ENTER)
    _until(lambda: _bubbles(browser) == ["Tanya Netral: Sudah bersih."])
    assert _find(browser, "[name=obrolan]").get_attribute("value") != first
    assert _console(browser) == []


def test_a_failed_message_is_sent_again(served: str, open_browser: Any) -> None:
    browser = open_browser()
    browser.get(f"{served}/obrolan")
    browser.execute_script(
        "window.honest = window.fetch; window.fetch = () => Promise.reject(new Error('putus'))"
    )
    _find(browser, "#text").send_keys("pertama" + ENTER)
    _until(lambda: _find(browser, "#failed").is_displayed())
    browser.execute_script("window.fetch = window.honest")
    _find(browser, "#text").send_keys("kedua" + ENTER)
    _until(lambda: len(_bubbles(browser)) == 4)
    assert not _find(browser, "#failed").is_displayed()
    assert "Jawaban: pertama" in " ".join(_bubbles(browser))
    assert "Jawaban: kedua" in _bubbles(browser)[-1]


def test_without_javascript_every_exchange_is_a_page(served: str, open_browser: Any) -> None:
    browser = open_browser(javascript=False)
    browser.get(f"{served}/obrolan")
    _find(browser, "#text").send_keys("boleh ikut?")
    _find(browser, ".send").click()
    _until(lambda: "Jawaban: boleh ikut?" in _find(browser, ".bot").text)
    assert "boleh ikut?" in _find(browser, ".you").text
    _find(browser, "[value='bukan:1']").click()
    _until(lambda: "Dipilih bukan:1" in _find(browser, ".bot").text)
    assert "Bukan ini" in _find(browser, ".you").text
    assert _console(browser) == []


def _chosen(tmp_path: Path, names: tuple[str, ...]) -> str:
    """Files to choose, as a browser's file box takes them."""
    paths = [tmp_path / name for name in names]
    for path in paths:
        path.write_bytes(b"isi")
    return "\n".join(map(str, paths))


def test_files_go_with_the_next_message(served: str, open_browser: Any, tmp_path: Path) -> None:
    browser = open_browser()
    browser.get(f"{served}/obrolan")
    _find(browser, "#berkas").send_keys(_chosen(tmp_path, ("a.jpg", "b.pdf")))
    _find(browser, "#text").send_keys("ini buktinya" + ENTER)
    _until(lambda: len(_bubbles(browser)) == 2)
    assert "ini buktinya · Berkas: 2" in _bubbles(browser)[0]
    assert "Berkas: photo 3, document 3; ini buktinya" in _bubbles(browser)[1]
    assert _find(browser, "#berkas").get_attribute("value") == ""
    _find(browser, "#berkas").send_keys(_chosen(tmp_path, ("c.mp4",)))
    _find(browser, ".send").click()
    _until(lambda: len(_bubbles(browser)) == 4)
    assert "Berkas: video 3;" in _bubbles(browser)[-1]
    assert _console(browser) == []


def test_files_without_javascript(served: str, open_browser: Any, tmp_path: Path) -> None:
    browser = open_browser(javascript=False)
    browser.get(f"{served}/obrolan")
    _find(browser, "#berkas").send_keys(_chosen(tmp_path, ("a.jpg", "b.jpg")))
    _find(browser, ".send").click()
    _until(lambda: "Berkas: photo 3, photo 3;" in _find(browser, ".bot").text)
    assert "Berkas: 2" in _find(browser, ".you").text
    assert _console(browser) == []


def test_the_demo_shows_both_sides_and_the_room_follows(served: str, open_browser: Any) -> None:
    browser = open_browser()
    browser.get(f"{served}/demo/rahasia")
    browser.switch_to.frame(_find(browser, ".desk iframe"))
    assert _find(browser, "#empty").is_displayed()
    field = _find(browser, "#text")
    field.send_keys("sedang menulis")
    browser.execute_script("fetch('/uji/kartu', {method: 'POST'})")
    card = _until(lambda: browser.find_elements("css selector", ".card"))[0]
    assert "Kartu baru" in card.text
    assert _focused(browser).get_attribute("value") == "sedang menulis"
    _find(browser, "[value='k:ambil']").click()
    _until(lambda: "Diterima: k:ambil" in _find(browser, ".card").text)
    field.send_keys(ENTER)
    _until(lambda: len(browser.find_elements("css selector", ".card")) == 2)
    browser.switch_to.default_content()
    browser.switch_to.frame(_find(browser, ".phone iframe"))
    assert "Boleh atau tidak" in _find(browser, "h1").text
    assert _console(browser) == []


@pytest.mark.parametrize("size", [(320, 700), (390, 844), (160, 350)])
def test_nothing_is_wider_than_the_screen(
    served: str, open_browser: Any, size: tuple[int, int]
) -> None:
    """160 pixels are a phone of 320 at 200 per cent."""
    browser = open_browser()
    width, height = size
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(f"{served}/obrolan")
    _find(browser, "#text").send_keys("https://contoh.example/" + "panjang" * 20 + ENTER)
    _until(lambda: len(_bubbles(browser)) == 2)
    browser.execute_script("document.querySelector('.attach').open = true")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    small = browser.execute_script(
        "return [...document.querySelectorAll('button, textarea, summary, .exit')].filter("
        "e => e.checkVisibility() && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"
    )
    assert small == []

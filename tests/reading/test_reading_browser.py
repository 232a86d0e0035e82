"""The certificate in a real Chromium: made there, and nothing goes out."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channels.web.reading import Library
from tests.reading.conftest import OpenSite

webdriver = pytest.importorskip("selenium.webdriver")
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
)
PNG = b"\x89PNG"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM.exists() and CHROMEDRIVER), reason="needs Chromium"),
]


class Counted:
    """The site, with a list of what was asked of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.paths: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.paths.append(scope["path"])
        await self._app(scope, receive, send)


@pytest.fixture
def counted(open_site: OpenSite, library: Library) -> Counted:
    return Counted(open_site(library))


@pytest.fixture
def address(counted: Counted) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(counted, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def chromium(tmp_path: Path) -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(CHROMEDRIVER))
    driver.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)}
    )
    yield driver
    driver.quit()


def _downloaded(path: Path) -> bytes:
    for _ in range(100):
        if path.exists() and path.stat().st_size:
            return path.read_bytes()
        time.sleep(0.1)
    raise AssertionError(f"{path.name} was not downloaded")


def test_a_certificate_is_made_without_asking_the_server(
    chromium: Any, address: str, counted: Counted, tmp_path: Path
) -> None:
    chromium.get(f"{address}/ikrar")
    asked = len(counted.paths)
    chromium.find_element("id", "signer-name").send_keys("Siti <b>Rahmawati</b>")
    assert chromium.find_element("id", "signer").text == "Siti <b>Rahmawati</b>"
    chromium.find_element("id", "png").click()
    assert _downloaded(tmp_path / "piagam-ikrar.png").startswith(PNG)
    assert set(counted.paths[asked:]) <= {"/static/icon.svg"}
    assert chromium.get_log("browser") == []


def test_an_answer_card_becomes_a_picture(chromium: Any, address: str, tmp_path: Path) -> None:
    chromium.get(f"{address}/tanya/foto-pose-jari")
    chromium.find_element("css selector", "[data-card]").click()
    assert _downloaded(tmp_path / "foto-pose-jari.png").startswith(PNG)
    assert chromium.get_log("browser") == []

"""The scripts of telling, played through the pages of the whole service, without JavaScript."""

import re
from dataclasses import dataclass
from html import unescape

import httpx

from bot.app import App
from tests.conversations.astray import ASTRAY
from tests.conversations.scripts import HAPPY, PLATFORM_WAYS, Script, named, play
from tests.web.conftest import HOST, hidden

_BUTTON = re.compile(r'<button[^>]*name="pilihan" value="([^"]+)"[^>]*>(.*?)</button>', re.DOTALL)
_TURN = re.compile(r"(?s)<article class=\"turn(?! you)[^\"]*\".*?</article>")
_TAG = re.compile(r"<[^>]+>")


@dataclass
class OnTheWeb:
    """Fills in the form of the page, and reads the page that comes back."""

    browser: httpx.AsyncClient
    page: str = ""

    async def says(self, text: str, event: str | None = None) -> str:
        return await self._post({"text": text})

    async def picks(self, label: str, event: str | None = None) -> str:
        buttons = [(unescape(data), _words(shown)) for data, shown in _BUTTON.findall(self.page)]
        return await self._post({"pilihan": next(d for d, s in buttons if s.startswith(label))})

    async def sends(self, kind: str, text: str = "", event: str | None = None) -> str:
        raise NotImplementedError

    async def repeats(self, what: str) -> str:
        raise NotImplementedError

    async def _post(self, answer: dict[str, str]) -> str:
        if not self.page:
            self.page = (await self.browser.get("/obrolan")).text
        fields = {name: unescape(value) for name, value in hidden(self.page).items()}
        response = await self.browser.post("/obrolan", data=fields | answer)
        assert response.status_code == 200, response.text[:500]
        self.page = response.text
        return "\n".join(map(_words, _TURN.findall(self.page)))


def _words(html: str) -> str:
    lines = re.sub(r"</(p|li|h1|h2|article|button)>|<br>", "\n", html).splitlines()
    return "\n".join(" ".join(unescape(_TAG.sub("", line)).split()) for line in lines).strip()


async def test_the_scripts_on_the_web(app: App) -> None:
    async def wait(_minutes: int) -> None:
        raise NotImplementedError

    transport = httpx.ASGITransport(app.asgi())
    for script in _chosen():
        async with httpx.AsyncClient(transport=transport, base_url=HOST) as browser:
            await play(script, OnTheWeb(browser), wait)


def _chosen() -> list[Script]:
    return named((*HAPPY, *ASTRAY), PLATFORM_WAYS)

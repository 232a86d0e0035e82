"""The curators' preview: every topic as each channel would send it, on this computer only."""

from collections.abc import Mapping, Sequence

import httpx
from starlette.applications import Starlette

from bot.channels.web import WebChannel
from bot.chat.wording import Wording
from bot.keys.ring import KeyRing
from bot.store.engine import Database
from tests.web.conftest import DEMO, HOST

TOPICS = [("Foto dan pose", [("foto-pose-jari", "Bolehkah berfoto <dengan> pose?")])]


def shown(name: str) -> Mapping[str, Sequence[str]] | None:
    return {"telegram": ["TIDAK BOLEH <b>"]} if name == "foto-pose-jari" else None


async def test_topics_are_listed_and_shown_with_their_length(
    sqlite_database: Database, ring: KeyRing, wording: Wording
) -> None:
    web = WebChannel(None, sqlite_database, ring, wording, DEMO)  # type: ignore[arg-type]
    routes = web.preview(TOPICS, shown)
    app = web.guard(Starlette(routes=routes, exception_handlers=web.error_pages()))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST) as client:
        listed = await client.get("/isi")
        assert "Bolehkah berfoto &lt;dengan&gt; pose?" in listed.text
        page = await client.get("/isi/foto-pose-jari")
        assert "TIDAK BOLEH &lt;b&gt;" in page.text
        assert "15 huruf" in page.text
        assert (await client.get("/isi/tidak-ada")).status_code == 404


async def test_outside_the_demo_there_is_no_preview(
    sqlite_database: Database, ring: KeyRing, wording: Wording
) -> None:
    web = WebChannel(None, sqlite_database, ring, wording, None)  # type: ignore[arg-type]
    assert web.preview(TOPICS, shown) == []

"""Every page that can be read: whole, escaped, with links that lead somewhere, and quiet."""

import re
from dataclasses import replace
from html import escape
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest

from bot.channels.web.reading import Library
from bot.channels.web.reading.library import HERE
from bot.channels.web.security import POLICY
from bot.clock import SetClock
from bot.knowledge.matcher import Match
from bot.knowledge.reference import read_announcement
from bot.watched import Watched
from tests.reading.conftest import FakeMatcher, OpenSite, at, visit, written

PAGES = (
    "/tanya",
    "/aturan",
    "/sanksi",
    "/tahapan",
    "/ikrar",
    "/surat",
    "/asli",
    "/poster",
    "/siaran",
)
EXIT = "https://www.bmkg.go.id"
_LINK = re.compile(r'(?:href|src|action|data-card)="([^"]*)"')
_ID = re.compile(r'\sid="([^"]+)"')
_SVG_TEXT = "{http://www.w3.org/2000/svg}text"


def _links(html: str) -> set[str]:
    return set(_LINK.findall(html)) - {EXIT}


async def test_every_topic_has_a_page_with_all_that_was_written(
    browser: httpx.AsyncClient, library: Library
) -> None:
    for topic in library.topics.values():
        page = await browser.get(f"/tanya/{topic.id}")
        assert page.status_code == 200
        shown = [topic.question, topic.headline, topic.answer, *topic.reason, *topic.conditions]
        shown += [*topic.todo, *topic.sentences, *topic.unsettled]
        shown += [b.text for b in (*topic.actors, *topic.phases, *topic.sanctions)]
        shown += [library.law[b.instrument].name for b in topic.basis]
        for text in shown:
            assert str(_escaped(text)) in page.text, f"{topic.id}: {text}"


async def test_links_of_every_page_lead_somewhere_and_stay_here(
    browser: httpx.AsyncClient, library: Library
) -> None:
    paths = [*PAGES, *(f"/tanya/{name}" for name in library.topics)]
    pages = {path: (await browser.get(path)).text for path in paths}
    links = {(path, link) for path, html in pages.items() for link in _links(html)}
    for path, link in links:
        address, _, anchor = link.partition("#")
        target = address.partition("?")[0] or path
        if target not in pages:
            answer = await browser.get(target)
            assert answer.status_code == 200, f"{path} leads to {link}"
            pages[target] = answer.text
        if anchor:
            assert anchor in _ID.findall(pages[target]), f"{path} leads to {link}"


@pytest.mark.parametrize("path", [*PAGES, "/tanya/medsos-like-unggahan-calon", "/tanya/tidak-ada"])
async def test_pages_are_quiet(browser: httpx.AsyncClient, path: str) -> None:
    page = await browser.get(path)
    assert "set-cookie" not in page.headers
    assert page.headers["referrer-policy"] == "same-origin"
    assert "style=" not in page.text
    assert "<script>" not in page.text
    assert "og:" not in page.text
    outside = set(re.findall(r"https?://[^\s\"<]+", page.text)) - {EXIT}
    assert outside <= {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("path", [p for p in PAGES if p != "/ikrar"])
async def test_pages_keep_the_policy(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(path)).headers["content-security-policy"] == POLICY


async def test_what_curators_wrote_is_escaped(open_site: OpenSite, library: Library) -> None:
    evil = "<script>alert('a')</script> & \"b\""
    topic = replace(
        library.topics["medsos-like-unggahan-calon"],
        question=evil,
        headline=evil,
        answer=evil,
        todo=(evil,),
        sentences=(evil,),
    )
    poisoned = replace(library, topics={**library.topics, topic.id: topic})
    async with visit(open_site(poisoned)) as browser:
        for path in ("/tanya", f"/tanya/{topic.id}", f"/kartu/{topic.id}.svg"):
            text = (await browser.get(path)).text
            assert "<script>alert" not in text
        ElementTree.fromstring((await browser.get(f"/kartu/{topic.id}.svg")).content)  # noqa: S314


async def test_an_unknown_topic_offers_near_ones(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/tanya/medsos-like-unggahan")
    assert page.status_code == 404
    assert "/tanya/medsos-like-unggahan-calon" in page.text
    assert 'action="/tanya"' in page.text
    assert (await browser.get("/kartu/tidak-ada.svg")).status_code == 404


async def test_search_offers_questions_and_never_verdicts(
    browser: httpx.AsyncClient, library: Library, matcher: FakeMatcher
) -> None:
    name = "medsos-like-unggahan-calon"
    matcher.match = Match("answer", name, (name,), 0.9)
    page = await browser.post("/tanya", data={"q": "  ngelike   cabup "})
    assert matcher.asked == ["ngelike cabup"]
    assert f"/tanya/{name}" in page.text
    assert library.topics[name].headline not in page.text


async def test_search_without_a_match_says_what_to_do(
    browser: httpx.AsyncClient, matcher: FakeMatcher
) -> None:
    page = await browser.post("/tanya", data={"q": "<b>xyzzy</b>"})
    assert "BKPSDM" in page.text
    assert "<b>xyzzy" not in page.text
    matcher.match = Match("rule", None, (), 1.0, rule="tell")
    assert "Buka obrolan" in (await browser.post("/tanya", data={"q": "mau lapor"})).text


async def test_search_finds_words_of_the_question(browser: httpx.AsyncClient) -> None:
    page = await browser.post("/tanya", data={"q": "PAKTA integritas"})
    assert "/tanya/ikrar-pakta-integritas" in page.text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"q=" + b"a" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 400),
        (b"q=%00%00", "application/x-www-form-urlencoded", 200),
        (b"", "application/x-www-form-urlencoded", 200),
    ],
)
async def test_search_survives_any_body(
    browser: httpx.AsyncClient, body: bytes, kind: str, status: int
) -> None:
    answer = await browser.post("/tanya", content=body, headers={"content-type": kind})
    assert answer.status_code == status


async def test_cards_are_pictures_whose_texts_do_not_run_into_each_other(
    open_site: OpenSite, library: Library
) -> None:
    async with visit(open_site(at(library, "https://tanya.test"))) as browser:
        for name in library.topics:
            card = await browser.get(f"/kartu/{name}.svg")
            assert card.headers["content-type"] == "image/svg+xml"
            rows = ElementTree.fromstring(card.content).iter(_SVG_TEXT)  # noqa: S314
            places = [(int(row.attrib["y"]), int(row.attrib["font-size"])) for row in rows]
            for (above, _), (below, size) in pairwise(places):
                assert below - above >= 0.95 * size, name
            assert places[-1][0] < 1350, name


async def test_the_poster_shows_a_code_only_for_a_real_address(
    browser: httpx.AsyncClient, open_site: OpenSite, library: Library
) -> None:
    assert "<svg" not in (await browser.get("/poster")).text
    async with visit(open_site(at(library, "https://tanya.test"))) as public:
        page = (await public.get("/poster")).text
    assert page.count("<svg") == 1
    assert "tanya.test" in page


async def test_nothing_can_leave_the_page_on_which_a_name_is_typed(
    browser: httpx.AsyncClient,
) -> None:
    page = await browser.get("/ikrar")
    policy = page.headers["content-security-policy"]
    assert "connect-src 'none'" in policy
    assert "form-action 'none'" in policy
    assert "<form" not in page.text
    field = re.search(r"<input[^>]*>", page.text)
    assert field
    assert " name=" not in field[0]
    assert 'autocomplete="off"' in field[0]
    script = (HERE / "static" / "pledge.js").read_text(encoding="utf-8")
    for way_out in (
        "fetch",
        "XMLHttp",
        "sendBeacon",
        "WebSocket",
        "Storage",
        "cookie",
        ".src",
        "Image",
    ):
        assert way_out not in script
    assert "ukan dokumen resmi" in page.text


async def test_an_announcement_stands_above_every_page(
    open_site: OpenSite, library: Library, clock: SetClock, tmp_path: Path
) -> None:
    today = clock.today()
    text = f"text: Layanan <b>libur.\nfrom: {today}\nuntil: {today}\nsource: kami\n"
    path = written(tmp_path / "a.yaml", text)
    notice = Watched(path, read_announcement)
    reference = replace(library.reference, announcement=notice)
    async with visit(open_site(replace(library, reference=reference))) as browser:
        assert "Layanan &lt;b&gt;libur." in (await browser.get("/sanksi")).text
        clock.forward(days=1)
        assert "libur" not in (await browser.get("/sanksi")).text


async def test_rules_show_what_became_of_each_instrument(
    browser: httpx.AsyncClient, library: Library
) -> None:
    page = (await browser.get("/aturan")).text
    assert all(f'id="{name}"' in page for name in library.law)
    assert page.index('id="uu-1-2026"') < page.index('id="uu-20-2023"')
    gone = page[page.index('class="instruments gone"') :]
    assert 'id="uu-5-2014"' in gone
    assert "dicabut, diganti UU 20/2023" in gone


async def test_penalties_come_with_the_note_on_the_new_law(browser: httpx.AsyncClient) -> None:
    for path in ("/sanksi", "/tahapan"):
        page = (await browser.get(path)).text
        assert "UU 1/2026" in page
        assert not re.search(r"(?:penjara|kurungan|denda)\s+(?:paling\s+)?\w*\s*\d", page)


def _escaped(text: str) -> str:
    return escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")

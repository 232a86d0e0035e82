"""The web room of a real desk: a one-time code lets a moderator in, a cookie keeps him there."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.app import App, open_app
from bot.channels.web.room_login import COOKIE
from bot.clock import SetClock
from bot.content import Content
from bot.delivery.worker import Worker
from bot.desks.enrolment import invitation_hash, new_invitation
from bot.errors import OperatorError
from bot.limits import ROOM_SESSION, ROOM_TRIES_PER_MINUTE
from bot.settings import load_settings
from bot.store import moderators
from bot.store.effects import OWNER
from bot.store.schema import room_sessions
from tests.conftest import settings_at
from tests.desks.conftest import desks_file
from tests.desks.talk import ANSWERS, tip

SITE = "https://tanya.example"
DESKS = """
ruang: {name: Meja Ruang, channel: web, chat: ruang, regions: ["72.71"]}
lemari: {name: Meja Lemari, channel: web, chat: lemari, regions: ["72.03"], mode: sealed}
palu: {name: Meja Palu, channel: telegram, chat: "-1001", regions: ["72"]}
"""
_HIDDEN = re.compile(r'name="(obrolan|langkah|segel)" value="([^"]*)"')


@pytest.fixture
async def app(
    tmp_path: Path, sqlite_template: Path, clock: SetClock, content: Content
) -> AsyncIterator[App]:
    settings = settings_at(
        tmp_path,
        sqlite_template,
        desks_file=desks_file(tmp_path, DESKS),
        public_url=SITE,
        server_key="contoh",
    )
    async with open_app(settings, clock, content=content) as opened:
        yield opened


class Browser:
    """One moderator's browser, without JavaScript."""

    def __init__(self, app: App) -> None:
        self.app = app
        transport = httpx.ASGITransport(app.asgi(), raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url=SITE)

    async def enters(self, code: str) -> httpx.Response:
        return await self._posts("/ruang/masuk", "/ruang/masuk", kode=code)

    async def page(self) -> str:
        return (await self.http.get("/ruang")).text

    async def says(self, text: str) -> str:
        await self._posts("/ruang", "/ruang", text=text)
        return await self.page()

    async def presses(self, label: str) -> str:
        page = await self.page()
        *_, (card, inside) = re.findall(
            r'<article class="card" id="kartu-(\w+)"(.*?)</article>', page, re.DOTALL
        )
        found = re.search(rf'name="pilihan" value="([^"]+)">{label}', inside)
        assert found, inside
        await self._posts("/ruang", "/ruang", pilihan=found[1], pesan=card)
        return await self.page()

    async def leaves(self) -> httpx.Response:
        return await self._posts("/ruang", "/ruang/keluar")

    async def asks_for_a_code(self) -> str:
        answer = await self._posts("/ruang", "/ruang/kode")
        found = re.search(r'class="code">(\w+)<', answer.text)
        assert found
        return found[1]

    async def _posts(self, form: str, to: str, **fields: str) -> httpx.Response:
        hidden = dict(_HIDDEN.findall((await self.http.get(form)).text))
        return await self.http.post(to, data=hidden | fields)


async def invited(app: App, desk: str = "ruang", role: str = "moderator") -> str:
    code = new_invitation()
    until = int(app.clock.now()) + 3_600
    async with app.database.begin() as connection:
        await moderators.invite(connection, invitation_hash(code), desk, until, role)
    return code


async def inside(app: App, desk: str = "ruang", role: str = "moderator") -> Browser:
    browser = Browser(app)
    assert (await browser.enters(await invited(app, desk, role))).status_code == 303
    return browser


async def delivered(worker: Worker) -> None:
    while await worker.step():
        pass


async def test_nothing_is_shown_before_signing_in(app: App) -> None:
    browser = Browser(app)
    answer = await browser.http.get("/ruang")
    assert (answer.status_code, answer.headers["location"]) == (303, "/ruang/masuk")
    json = {"Accept": "application/json"}
    assert (await browser.http.get("/ruang", headers=json)).status_code == 401
    assert (await browser.http.get("/ruang/berkas/abc/1")).status_code == 303
    assert (await browser.http.post("/ruang", data={"text": "ambil"})).status_code == 303


async def test_a_code_opens_the_room_once_with_a_cookie_that_stays_here(app: App) -> None:
    code = await invited(app)
    answer = await Browser(app).enters(f" {code.lower()} ")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for part in ("Secure", "HttpOnly", "SameSite=strict", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    secret = cookie.partition("=")[2].partition(";")[0]
    async with app.database.read() as connection:
        [row] = (await connection.execute(room_sessions.select())).all()
    assert secret.encode() not in bytes(row.hash)
    assert (await Browser(app).enters(code)).status_code == 403


@pytest.mark.parametrize("desk", ["palu", "hilang"])
async def test_codes_of_other_desks_open_no_room(app: App, desk: str) -> None:
    assert (await Browser(app).enters(await invited(app, desk))).status_code == 403


async def test_a_code_ends_after_an_hour_and_a_session_after_days_without_use(
    app: App, clock: SetClock
) -> None:
    late = await invited(app)
    browser = await inside(app)
    clock.forward(minutes=61)
    assert (await Browser(app).enters(late)).status_code == 403
    for _ in range(3):  # in use it goes on
        clock.forward(days=5)
        assert "Meja Ruang" in await browser.page()
    clock.forward(days=ROOM_SESSION / 86_400 + 1)
    assert (await browser.http.get("/ruang")).status_code == 303


async def test_wrong_codes_are_limited(app: App, clock: SetClock) -> None:
    browser = Browser(app)
    for _ in range(ROOM_TRIES_PER_MINUTE):
        assert (await browser.enters("0000000000")).status_code == 403
    code = await invited(app)
    assert (await browser.enters(code)).status_code == 429
    clock.forward(minutes=2)
    assert (await browser.enters(code)).status_code == 303


async def test_leaving_ends_the_session_for_good(app: App) -> None:
    browser = await inside(app)
    cookie = browser.http.cookies[COOKIE]
    assert (await browser.leaves()).headers["location"] == "/ruang/masuk"
    browser.http.cookies.set(COOKIE, cookie, domain="tanya.example")
    assert (await browser.http.get("/ruang")).status_code == 303


async def test_a_removed_moderator_is_out_at_once(app: App) -> None:
    browser = await inside(app)
    [(desk, name)] = await moderators.enrolled(app.database)
    async with app.database.begin() as connection:
        await moderators.remove(connection, desk, name)
    assert (await browser.http.get("/ruang")).status_code == 303


async def test_the_same_moderator_signs_in_on_another_device(app: App) -> None:
    browser = await inside(app, role=OWNER)
    code = await browser.asks_for_a_code()
    other = Browser(app)
    assert (await other.enters(code)).status_code == 303
    assert len(await moderators.enrolled(app.database)) == 1
    assert re.findall(r"Anda: (M-\w+)", await other.page()) == re.findall(
        r"Anda: (M-\w+)", await browser.page()
    )
    assert await app.ports.casebook.invitation(invitation_hash(code), 0) is None


async def test_forms_of_one_moderator_do_not_work_for_another(app: App) -> None:
    one, other = await inside(app), await inside(app)
    hidden = dict(_HIDDEN.findall(await one.page()))
    answer = await other.http.post("/ruang", data=hidden | {"text": "/latihan"})
    assert answer.status_code == 400
    assert (await other.http.post("/ruang/keluar", data=hidden)).status_code == 400


async def test_two_moderators_share_cards_and_keep_answers_to_themselves(app: App) -> None:
    one, other = await inside(app), await inside(app)
    case = await tip(app, "ruang")
    await delivered(app.worker)
    assert case.code in await other.page()
    assert "diperiksa" in await one.presses("Ambil")
    assert "diperiksa" in await other.page()
    assert "Riwayat tindakan" in await one.says(f"/riwayat {case.code}")
    assert "Riwayat tindakan" not in await other.page()


async def test_rooms_do_not_see_each_other(app: App) -> None:
    case = await tip(app, "ruang")
    await delivered(app.worker)
    lemari = await inside(app, "lemari")
    assert case.code not in await lemari.page()
    assert "tidak ada di meja ini" in await lemari.says(f"/ambil {case.code}")


async def test_a_sealed_room_opens_a_case_for_one_moderator_for_a_while(
    app: App, clock: SetClock
) -> None:
    one, other = await inside(app, "lemari"), await inside(app, "lemari")
    await tip(app, "lemari", place="72.03")
    await delivered(app.worker)
    assert ANSWERS["story"] not in await one.page()
    assert "enam angka" in await one.presses("Buka isi")
    assert "menyusul" in await one.says("480517")
    while await app.errands.step():
        pass
    assert ANSWERS["story"] in await one.page()
    assert ANSWERS["story"] not in await other.page()
    assert "480517" not in await one.page()
    clock.forward(minutes=16)
    assert ANSWERS["story"] not in await one.page()  # also before the worker removes it
    while await app.errands.step():
        pass
    async with app.database.read() as connection:
        query = "SELECT count(*) FROM room_messages WHERE id IN (SELECT message FROM errands)"
        assert (await connection.exec_driver_sql(query)).scalar() == 0


async def test_an_export_is_fetched_by_who_asked_for_it_alone(app: App, clock: SetClock) -> None:
    one, other = await inside(app), await inside(app)
    case = await tip(app, "ruang")
    await one.says(f"/ekspor {case.code}")
    while await app.errands.step():
        pass
    links = re.findall(r'href="(/ruang/berkas/\w+/1)"', await one.page())
    report, packed = [await one.http.get(link) for link in dict.fromkeys(links)]
    assert report.content.startswith(b"%PDF")
    assert packed.content.startswith(b"PK")
    assert packed.headers["content-disposition"].startswith("attachment")
    assert (await other.http.get(links[0])).status_code == 404
    clock.forward(hours=2)
    while await app.errands.step():
        pass
    assert (await one.http.get(links[0])).status_code == 404


async def test_statistics_are_shown_as_a_picture(app: App) -> None:
    browser = await inside(app)
    page = await browser.says("/statistik")
    [picture] = set(re.findall(r'<img src="([^"]+)"', page))
    answer = await browser.http.get(picture)
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("desks", "url"),
    [
        (DESKS, "http://tanya.example"),
        (DESKS.replace("chat: ruang", "chat: lain"), SITE),
    ],
)
async def test_a_room_that_nobody_could_enter_stops_the_start(
    tmp_path: Path, content: Content, desks: str, url: str
) -> None:
    file = tmp_path / "meja.yaml"
    file.write_text(desks, encoding="utf-8")
    settings = load_settings(
        _env_file=None,
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'tanya.db'}",
        keys_url=str(tmp_path / "keys"),
        desks_file=file,
        public_url=url,
    )
    with pytest.raises(OperatorError, match="ruang web"):
        async with open_app(settings, content=content):
            pass

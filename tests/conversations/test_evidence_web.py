"""A photo from a browser without JavaScript to the sealed tip, through the served application."""

import io
import re
from pathlib import Path

import httpx
from PIL import Image

from bot.app import App
from bot.channels.terminal import Attacher
from tests.conversations.test_evidence import MARK, STORY, content_of, photo
from tests.web.conftest import HOST, hidden

_BUTTON = re.compile(r'name="pilihan" value="([^"]+)" formnovalidate>([^<]+)<')


class Browser:
    """A page, its buttons, its text box and its file box."""

    def __init__(self, app: App) -> None:
        transport = httpx.ASGITransport(app.asgi())
        self._client = httpx.AsyncClient(transport=transport, base_url=HOST)
        self.page = ""

    async def opens(self) -> None:
        self.page = (await self._client.get("/obrolan")).text

    async def says(self, text: str, *files: bytes) -> str:
        return await self._posts({"text": text}, *files)

    async def presses(self, label: str) -> str:
        choice = next(data for data, shown in _BUTTON.findall(self.page) if label in shown)
        return await self._posts({"pilihan": choice})

    async def _posts(self, fields: dict[str, str], *files: bytes) -> str:
        boxes = [("berkas", ("IMG_budi.jpg", file, "image/jpeg")) for file in files]
        empty = [("berkas", ("", b"", "application/octet-stream"))]
        form = hidden(self.page) | fields
        response = await self._client.post("/obrolan", data=form, files=boxes or empty)
        self.page = response.text
        return self.page


async def test_a_photo_from_a_browser(app: App, tmp_path: Path) -> None:
    ani = Browser(app)
    await ani.opens()
    await ani.says("/sampaikan")
    await ani.presses("Lanjut")
    await ani.says(STORY)
    page = await ani.says("", photo(), b"PK\x03\x04" + MARK)
    assert "Berkas 1 (foto) diterima" in page
    assert "Simpan aslinya" in page
    assert len(await app.store.names(0)) == 2  # both uploads, sealed
    page = await ani.presses("Sertakan tanggal")
    assert "Berkas 1: foto, sedang disiapkan" in page
    assert "Belum dikirim" in await ani.presses("Ya, kirim")
    while await app.evidence_jobs.step():
        pass
    page = await ani.presses("Periksa lagi")
    assert "Berkas 1: foto, siap" in page
    assert "Berkas 2: foto, tidak bisa dipakai" in page
    page = await ani.presses("Tanpa berkas itu")
    assert "Tersimpan" in await ani.presses("Ya, kirim")
    [file] = (await content_of(app))["files"]
    assert await app.store.names(0) == [file["object"]]
    assert Image.open(io.BytesIO(await app.files.read(file))).size == (320, 240)
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or MARK not in path.read_bytes(), path


async def test_a_file_in_the_terminal(app: App, tmp_path: Path) -> None:
    attacher = Attacher(app.uploads.put, "tidak ditemukan")
    path = tmp_path / "foto saya.jpg"
    path.write_bytes(photo())
    assert await attacher.attached("halo") == ()
    assert await attacher.attached("/berkas /tidak/ada.jpg") is None
    files = await attacher.attached(f"/berkas {path}")
    assert files
    [file] = files
    assert file.kind == "photo"
    assert str(tmp_path) not in file.reference
    name, _, key = file.reference.partition(":")
    assert await app.store.read(name, bytes.fromhex(key)) == photo()

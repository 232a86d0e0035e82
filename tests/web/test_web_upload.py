"""Files sent from a browser: streamed into the store, sealed, never anywhere in clear."""

import errno
import tempfile
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web.files import Form, Malformed, boundary_of, read_multipart
from bot.chat.messages import Attachment
from bot.delivery.files import Uploads
from bot.limits import EVIDENCE_FILES, EVIDENCE_IN_MAX
from bot.tips.evidence.storage import EvidenceStore, StoredFile

JSON = {"Accept": "application/json"}
MARK = b"TANDA-unggahan" * 500
PHOTO = ("IMG_20261105_budi.jpg", MARK, "image/jpeg")


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(str(tmp_path / "evidence"))


@pytest.fixture
def site(open_site: Any, store: EvidenceStore) -> Any:
    return open_site(store=Uploads(store, None))


async def send(site: Any, *files: tuple[str, bytes, str], text: str = "", **more: Any) -> Any:
    fields = await site.fields() | {"text": text}
    return await site.browser.post(
        "/obrolan", data=fields, files=[("berkas", file) for file in files], **more
    )


def arrived(site: Any) -> tuple[Attachment, ...]:
    files: tuple[Attachment, ...] = site.dispatcher.received[-1][2].attachments
    return files


async def test_the_page_offers_files_only_where_they_are_taken(site: Any, open_site: Any) -> None:
    page = (await site.browser.get("/obrolan")).text
    assert '<input type="file" id="berkas" name="berkas" multiple aria-label=' in page
    assert 'enctype="multipart/form-data"' in page
    assert 'type="file"' not in (await open_site().browser.get("/obrolan")).text


async def test_a_file_arrives_sealed_with_the_text_beside_it(
    site: Any, store: EvidenceStore
) -> None:
    response = await send(site, PHOTO, text="Ini fotonya")
    assert response.status_code == 200
    assert "Ini fotonya" in response.text
    assert "Berkas: 1" in response.text
    [file] = arrived(site)
    assert (file.kind, file.size) == ("photo", len(MARK))
    name, _, key = file.reference.partition(":")
    assert file.stored == name
    assert await store.read(name, bytes.fromhex(key)) == MARK
    assert site.dispatcher.received[-1][2].text == "Ini fotonya"


async def test_nothing_lies_in_clear(
    site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spool(*_: Any, **__: Any) -> None:
        raise AssertionError("a temporary file")

    for name in ("SpooledTemporaryFile", "TemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, spool)
    assert (await send(site, PHOTO)).status_code == 200
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or MARK[:14] not in path.read_bytes(), path
        assert "budi" not in path.name


async def test_a_file_needs_no_text(site: Any) -> None:
    response = await send(site, PHOTO, headers=JSON)
    assert response.status_code == 200
    assert len(arrived(site)) == 1


async def test_kinds_are_told_by_what_the_browser_says(site: Any) -> None:
    kinds = ("image/png", "video/mp4", "audio/mpeg", "application/pdf", "")
    await send(site, *(("x", b"isi", kind) for kind in kinds))
    assert [f.kind for f in arrived(site)] == ["photo", "video", "audio", "document", "document"]


async def test_an_empty_file_box_is_no_file(site: Any) -> None:
    await send(site, ("", b"", "application/octet-stream"), text="halo")
    assert arrived(site) == ()
    empty = await send(site, ("", b"", "application/octet-stream"))
    assert empty.status_code == 400
    assert "Pesannya masih kosong" in empty.text


async def test_the_sixth_file_is_named_and_not_kept(site: Any, store: EvidenceStore) -> None:
    await send(site, *([PHOTO] * (EVIDENCE_FILES + 1)))
    assert [bool(f.stored) for f in arrived(site)] == [True] * EVIDENCE_FILES + [False]
    assert len(await store.names(0)) == EVIDENCE_FILES


async def test_a_file_that_is_too_large_is_refused_kindly(site: Any, store: EvidenceStore) -> None:
    large = ("besar.mp4", bytes(EVIDENCE_IN_MAX + 1), "video/mp4")
    response = await send(site, PHOTO, large, PHOTO, text="Ini videonya")
    assert response.status_code == 413
    assert "lebih dari 20 MB" in response.text
    assert "Ini videonya</textarea>" in response.text
    assert not site.dispatcher.received
    assert await store.names(0) == []


class Broken(EvidenceStore):
    """A store that fails in its own way."""

    error = OSError(errno.ENOSPC, "full")

    async def put(self, source: AsyncIterator[bytes] | bytes) -> StoredFile:
        raise self.error


async def test_a_full_disk_is_said(open_site: Any, tmp_path: Path) -> None:
    site = open_site(store=Broken(str(tmp_path / "evidence")))
    response = await send(site, PHOTO, text="Ini fotonya")
    assert "penyimpanan berkas sedang penuh" in response.text
    assert "Ini fotonya</textarea>" in response.text
    assert not site.dispatcher.received


async def test_nothing_is_taken_before_the_disk_is_full(
    open_site: Any, store: EvidenceStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.files.free_bytes", lambda _folder: 1000)
    site = open_site(store=Uploads(store, tmp_path))
    assert "sedang penuh" in (await send(site, PHOTO)).text
    assert await store.names(0) == []


async def test_a_store_that_is_away_is_a_friendly_503(open_site: Any, tmp_path: Path) -> None:
    broken = Broken(str(tmp_path / "evidence"))
    broken.error = OSError("away")
    response = await send(open_site(store=broken), PHOTO)
    assert response.status_code == 503
    assert "Sedang ada gangguan" in response.text


@pytest.mark.parametrize("name", ["obrolan", "langkah", "segel"])
async def test_whoever_has_no_page_of_ours_stores_nothing(
    site: Any, store: EvidenceStore, name: str
) -> None:
    fields = await site.fields() | {name: "0" * 32}
    response = await site.browser.post("/obrolan", data=fields, files={"berkas": PHOTO})
    assert response.status_code == 400
    assert await store.names(0) == []
    assert not site.dispatcher.received


async def test_a_file_before_the_proof_is_refused(site: Any, store: EvidenceStore) -> None:
    fields = [(name, (None, value)) for name, value in (await site.fields()).items()]
    response = await site.browser.post("/obrolan", files=[("berkas", PHOTO), *fields])
    assert response.status_code == 400
    assert await store.names(0) == []


async def test_the_notice_reaches_the_script(site: Any) -> None:
    large = ("besar.mp4", bytes(EVIDENCE_IN_MAX + 1), "video/mp4")
    answer = (await send(site, large, headers=JSON)).json()
    assert "20 MB" in answer["notice"]
    assert answer["final"] is False


# Any way in which a body may arrive

BODY = (
    b'--tepi\r\nContent-Disposition: form-data; name="langkah"\r\n\r\nsatu\r\n'
    b'--tepi\r\nContent-Disposition: form-data; name="berkas"; filename="a.png"\r\n'
    b"Content-Type: image/png\r\n\r\n--tep\r\n--tepi?\r\nisi\r\n"
    b"--tepi--\r\n"
)
FILE = b"--tep\r\n--tepi?\r\nisi"


class Body:
    """A request whose body comes in these pieces."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces

    async def stream(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


def pieces_of(cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted({cut % len(BODY) for cut in cuts}), len(BODY)]
    return [BODY[a:b] for a, b in pairwise(edges)]


async def read(pieces: list[bytes], store: EvidenceStore) -> Form:
    boundary = boundary_of("multipart/form-data; boundary=tepi")
    assert boundary == b"tepi"
    return await read_multipart(Body(pieces), boundary, store, lambda _fields: None)  # type: ignore[arg-type]


@given(st.lists(st.integers(0, 10_000), max_size=20))
async def test_any_cut_of_the_body_gives_the_same_form(cuts: list[int]) -> None:
    store = EvidenceStore("memory://")
    form = await read(pieces_of(cuts), store)
    assert form.fields == {"langkah": "satu"}
    [file] = form.files
    name, _, key = file.reference.partition(":")
    assert await store.read(name, bytes.fromhex(key)) == FILE


@given(st.integers(0, len(BODY) - 5))
async def test_a_body_that_breaks_off_leaves_nothing(end: int) -> None:
    store = EvidenceStore("memory://")
    with pytest.raises(Malformed):
        await read([BODY[:end]], store)
    assert await store.names(0) == []

"""Files made to harm: each is refused or made harmless, within the limits, and the next one works.

They go through the real child, with its real limits.
"""

import io
import struct
import time
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from PIL import Image, PngImagePlugin

from bot.tips.evidence.kinds import Refused
from bot.tips.evidence.parent import Rebuilder
from tests.evidence import samples_pdf, samples_pictures
from tests.evidence.marks import found, mark

MINUTE = 60
PNG_START = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_header(width: int, height: int) -> bytes:
    return PNG_START + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def png_bomb(width: int, height: int) -> bytes:
    """A few bytes that claim to be a huge black picture."""
    return (
        png_header(width, height)
        + chunk(b"IDAT", zlib.compress(bytes(10**6)))
        + chunk(b"IEND", b"")
    )


def jpeg_bomb() -> bytes:
    """A small JPEG whose header says 65,500 by 65,500 pixels."""
    out = io.BytesIO()
    samples_pictures.scene().save(out, "JPEG")
    content = bytearray(out.getvalue())
    at = content.index(b"\xff\xc0") + 5
    content[at : at + 4] = struct.pack(">HH", 65_500, 65_500)
    return bytes(content)


def gif_bomb() -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0, 0, 0) + b"\x2c" + bytes(20)


def text_bomb() -> bytes:
    """A picture whose compressed remark inflates to 100 MB."""
    packed = zlib.compress(bytes(10**8), 9)
    out = io.BytesIO()
    samples_pictures.scene(8, 8).save(out, "PNG")
    content = out.getvalue()
    return content[:33] + chunk(b"zTXt", b"Comment\x00\x00" + packed) + content[33:]


def profile_bomb() -> bytes:
    packed = zlib.compress(bytes(10**8), 9)
    out = io.BytesIO()
    samples_pictures.scene(8, 8).save(out, "PNG")
    content = out.getvalue()
    return content[:33] + chunk(b"iCCP", b"x\x00\x00" + packed) + content[33:]


def many_texts() -> bytes:
    text = PngImagePlugin.PngInfo()
    for number in range(800):
        text.add_text(f"k{number}", "x" * 90_000, zip=True)
    out = io.BytesIO()
    samples_pictures.scene(8, 8).save(out, "PNG", pnginfo=text)
    return out.getvalue()


def pdf_bomb() -> bytes:
    """A page whose drawing inflates to 500 MB."""
    document = pikepdf.new()
    page = document.add_blank_page()
    packed = zlib.compress(b"0 0 m 9 9 l S " * (5 * 10**8 // 14), 9)
    page.Contents = pikepdf.Stream(document, packed, Filter=pikepdf.Name.FlateDecode)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf_of_patterns() -> bytes:
    """Forms that draw forms that draw forms: 8 to the power of 12 drawings."""
    document = pikepdf.new()
    page = document.add_blank_page()
    inner = pikepdf.Stream(
        document,
        b"0 0 9 9 re f",
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=[0, 0, 600, 800],
    )
    for _ in range(12):
        inner = pikepdf.Stream(
            document,
            b"/N Do " * 8,
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=[0, 0, 600, 800],
            Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(N=inner)),
        )
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(N=inner))
    page.Contents = pikepdf.Stream(document, b"/N Do")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def zip_slip(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "isi")
    return out.getvalue()


def zip_bomb(*beside: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in beside:
            archive.writestr(name, "<x/>")
        with archive.open("bom.bin", "w", force_zip64=True) as part:
            for _ in range(40):
                part.write(bytes(2**20))
    return out.getvalue()


REFUSED: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "PNG that claims 900 million pixels": (lambda: png_bomb(30_000, 30_000), {"too_many_pixels"}),
    "PNG of one line, 2,000 million pixels": (
        lambda: png_bomb(2_000_000_000, 1),
        {"too_many_pixels", "unreadable"},
    ),
    "JPEG that claims 4,290 million pixels": (jpeg_bomb, {"too_many_pixels"}),
    "GIF that claims 4,290 million pixels": (gif_bomb, {"too_many_pixels", "unreadable"}),
    "PNG without pixels": (lambda: png_header(9, 9), {"unreadable"}),
    "zip that inflates to 40 MB": (zip_bomb, {"archive"}),
    "zip with a path out of its folder": (lambda: zip_slip("../../../tmp/tanda"), {"archive"}),
    "zip with an absolute path": (lambda: zip_slip("/etc/tanda"), {"archive"}),
    "playlist instead of a video": (
        lambda: b"#EXTM3U\n#EXTINF:1\nfile:///etc/passwd\n",
        {"playlist"},
    ),
    "list of files for ffmpeg": (
        lambda: b"ffconcat version 1.0\nfile '/etc/passwd'\n",
        {"playlist"},
    ),
    "SVG that names a file of the system": (
        lambda: b"<svg><image href='file:///etc/passwd'/></svg>",
        {"web_page"},
    ),
    "PDF whose pages contain each other": (samples_pdf.endless_pages, {"unreadable"}),
    "PDF with a password": (samples_pdf.locked, {"password"}),
    "no byte at all": (lambda: b"", {"empty"}),
    "one byte": (lambda: b"\xff", {"unknown"}),
    "a million zeros": (lambda: bytes(10**6), {"unknown"}),
    "HEIC that breaks off": (lambda: samples_pictures.heic()[:600] + bytes(9_000), {"unreadable"}),
    "AVIF that breaks off": (lambda: samples_pictures.avif()[:600] + bytes(900), {"unreadable"}),
}
SLOW: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "PDF whose drawing inflates to 500 MB": (pdf_bomb, {"unreadable", "too_heavy"}),
    "PNG whose remark inflates to 100 MB": (text_bomb, {"unreadable"}),
    "PNG whose colour profile inflates to 100 MB": (profile_bomb, {"unreadable"}),
    "PNG with 800 remarks, 72 MB in all": (many_texts, {"unreadable", "too_heavy"}),
    "PDF of 500 pages": (lambda: samples_pdf.plain(500), {"too_many_pages"}),
    "PDF of forms within forms": (pdf_of_patterns, {"unreadable", "too_heavy"}),
}
HARMLESS: dict[str, Callable[[], bytes]] = {
    "JPEG with a zip behind it": lambda: samples_pictures.jpeg() + zip_slip(mark("slip")),
    "PNG with a web page behind it": lambda: (
        samples_pictures.png() + f"<script>{mark('script')}".encode()
    ),
    "GIF with a PDF behind it": lambda: samples_pictures.gif() + samples_pdf.pdf(),
    "PDF page of five metres": lambda: samples_pdf.plain(size=(14_400, 14_400)),
    "PDF with 200,000 unclosed drawings": lambda: samples_pdf.plain(drawing=b"q " * 200_000),
}


async def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        await Rebuilder().rebuild(content)
    return refused.value.reason


@pytest.mark.parametrize("name", REFUSED)
async def test_a_hostile_file_is_refused(name: str) -> None:
    make, reasons = REFUSED[name]
    assert await refusal(make()) in reasons


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
async def test_a_heavy_file_is_refused_in_time(name: str) -> None:
    make, reasons = SLOW[name]
    content, started = make(), time.monotonic()
    assert await refusal(content) in reasons
    assert time.monotonic() - started < MINUTE


@pytest.mark.parametrize("name", HARMLESS)
async def test_a_hostile_file_becomes_harmless(name: str) -> None:
    _, file = await Rebuilder().rebuild(HARMLESS[name]())
    with file:
        assert found(file.read()) == set()


async def test_the_rebuilder_lives_on_after_hostile_files() -> None:
    rebuilder = Rebuilder()
    for content in (png_bomb(30_000, 30_000), samples_pdf.endless_pages(), b"\x89PNG\r\n\x1a\n"):
        with pytest.raises(Refused):
            await rebuilder.rebuild(content)
    result, file = await rebuilder.rebuild(samples_pictures.jpeg())
    with file:
        assert Image.open(file).size == (480, 640)
    assert result.detail == {"taken": samples_pictures.TAKEN}


@pytest.mark.parametrize("kind", samples_pictures.MARKED)
async def test_every_kind_of_picture_passes_through_the_child(kind: str) -> None:
    """The child opens no file while it decodes: whatever a decoder needs is loaded before."""
    result, file = await Rebuilder().rebuild(samples_pictures.MARKED[kind]())
    with file:
        assert found(content := file.read()) == set()
    assert result.size == len(content)


async def test_a_pdf_passes_through_the_child() -> None:
    result, file = await Rebuilder().rebuild(samples_pdf.pdf())
    with file:
        assert found(file.read()) == set()
    assert result.detail == {"pages": "1"}

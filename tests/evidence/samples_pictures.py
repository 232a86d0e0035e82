"""Pictures with a mark in every place that can hold one."""

import io
import struct
import zlib
from collections.abc import Callable, Mapping
from functools import cache

import pillow_heif
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from tests.evidence.marks import mark

TAKEN = "2026-11-05"
_XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><t>{mark('xmp')}</t></x:xmpmeta>".encode()


def scene(width: int = 640, height: int = 480) -> Image.Image:
    """A smooth picture with a sharp corner, so that turning and blurring can be seen."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.linear_gradient("L").resize((width, height))
    picture = Image.merge("RGB", (across, down, Image.blend(across, down, 0.5)))
    ImageDraw.Draw(picture).rectangle((0, 0, width // 4, height // 4), fill=(200, 30, 40))
    return picture


def exif(orientation: int = 1) -> Image.Exif:
    """Maker, place, moment, serial number, private note."""
    notes = Image.Exif()
    notes[0x010F], notes[0x0131], notes[0x0112] = mark("maker"), mark("software"), orientation
    notes[0x9C9B] = mark("title").encode("utf-16-le")
    camera = notes.get_ifd(0x8769)
    camera[0x9003], camera[0xA431] = "2026:11:05 10:11:12", mark("serial")
    camera[0x927C], camera[0x9286] = mark("makernote").encode(), mark("comment").encode()
    place = notes.get_ifd(0x8825)
    place[1], place[2], place[0x1D] = "S", (0.0, 53.0, 59.27), "2026:11:05"
    place[0x1B] = mark("gps").encode()
    return notes


def profile() -> bytes:
    """An sRGB profile whose name, of the same length, is a mark."""
    real = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    name, planted = "sRGB built-in", mark("profile")
    return real.replace(name.encode("utf-16-be"), planted.encode("utf-16-be"))


def jpeg() -> bytes:
    out = io.BytesIO()
    scene().save(
        out, "JPEG", quality=95, exif=exif(6), icc_profile=profile(), xmp=_XMP, comment=mark("com")
    )
    photoshop = b"Photoshop 3.0\x00" + mark("iptc").encode()
    small = io.BytesIO()
    scene(64, 48).save(small, "JPEG", comment=mark("thumbnail"))
    extra = b"JFXX\x00\x10" + small.getvalue()
    segments = _segment(0xED, photoshop) + _segment(0xE0, extra)
    content = out.getvalue()
    return content[:2] + segments + content[2:] + mark("tail").encode()


def png() -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", mark("text"))
    text.add_text("Comment", mark("ztxt") * 20, zip=True)
    text.add_itxt("Title", mark("itxt"), zip=True)
    text.add_itxt("XML:com.adobe.xmp", _XMP.decode())
    out = io.BytesIO()
    scene().save(out, "PNG", pnginfo=text, exif=exif(), icc_profile=profile())
    content = out.getvalue()
    private = _chunk(b"prVt", mark("private").encode())
    return content[:33] + private + content[33:] + mark("tail").encode()


def webp() -> bytes:
    out = io.BytesIO()
    scene().save(out, "WEBP", quality=95, exif=exif(), icc_profile=profile(), xmp=_XMP)
    return out.getvalue()


def gif() -> bytes:
    out = io.BytesIO()
    second = Image.new("P", (640, 480), 3)
    first = scene().quantize(64)
    first.save(out, "GIF", save_all=True, append_images=[second], comment=mark("com").encode())
    return out.getvalue() + mark("tail").encode()


@cache
def heic() -> bytes:
    out = io.BytesIO()
    file = pillow_heif.from_pillow(scene())
    file.save(out, quality=95, exif=exif().tobytes(), xmp=_XMP, icc_profile=profile())
    return out.getvalue()


def avif() -> bytes:
    out = io.BytesIO()
    scene().save(out, "AVIF", quality=90, exif=exif(), xmp=_XMP, icc_profile=profile())
    return out.getvalue()


@cache
def screenshot() -> bytes:
    """Black letters and flat colours, as a phone draws them."""
    picture = Image.new("RGB", (1080, 2400), "white")
    pen = ImageDraw.Draw(picture)
    for row in range(60):
        pen.text((40, 40 * row), f"baris {row}: pertemuan di kantor", fill="black", font_size=28)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def photo(width: int, height: int, kind: str) -> bytes:
    """A grainy photo of a phone's size."""
    grain = Image.effect_noise((width, height), 12)
    picture = Image.blend(scene(width, height), Image.merge("RGB", (grain,) * 3), 0.1)
    out = io.BytesIO()
    if kind == "HEIF":
        pillow_heif.from_pillow(picture).save(out, quality=80)
    else:
        picture.save(out, kind, quality=92)
    return out.getvalue()


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


MARKED: Mapping[str, Callable[[], bytes]] = {
    "jpeg": jpeg,
    "png": png,
    "webp": webp,
    "gif": gif,
    "heic": heic,
    "avif": avif,
}
SAMPLES: Mapping[str, Callable[[], bytes]] = {
    "JPEG 12 MP": lambda: photo(4000, 3000, "JPEG"),
    "JPEG 50 MP": lambda: photo(8160, 6144, "JPEG"),
    "HEIC 12 MP": lambda: photo(4000, 3000, "HEIF"),
    "AVIF 0.3 MP": avif,
    "PNG screenshot 1080x2400": screenshot,
    "PNG 12 MP": lambda: photo(4000, 3000, "PNG"),
    "WebP 0.3 MP": webp,
    "GIF 0.3 MP": gif,
}

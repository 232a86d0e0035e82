"""A rebuilt picture shows the same and says nothing else."""

import io
import struct

import pytest
from PIL import Image, ImageChops, ImageStat

from bot import limits
from bot.tips.evidence.kinds import Rebuilt, Refused
from bot.tips.evidence.rebuild import rebuild
from tests.evidence import samples_pictures as samples
from tests.evidence.marks import found, mark, told_by_exiftool


def rebuilt(content: bytes) -> tuple[Rebuilt, bytes]:
    target = io.BytesIO()
    return rebuild(io.BytesIO(content), target), target.getvalue()


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures, of 255."""
    assert one.size == other.size
    return max(ImageStat.Stat(ImageChops.difference(one, other.convert("RGB"))).mean)


def jpeg_segments(content: bytes) -> list[int]:
    """The markers before the first scan; behind it only the end may follow."""
    markers, at = [], 2
    while (marker := content[at + 1]) != 0xDA:
        markers.append(marker)
        at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])
    assert content.endswith(b"\xff\xd9")
    assert content.count(b"\xff\xd9") == 1
    return markers


def png_chunks(content: bytes) -> list[bytes]:
    names, at = [], 8
    while at < len(content):
        names.append(content[at + 4 : at + 8])
        at += 12 + int(struct.unpack(">I", content[at : at + 4])[0])
    return names


@pytest.mark.parametrize("kind", samples.MARKED)
def test_no_mark_is_left_in_any_kind_of_picture(kind: str) -> None:
    planted = samples.MARKED[kind]()
    assert found(planted) >= {"xmp", "maker"} - ({"xmp", "maker"} if kind == "gif" else set())
    result, content = rebuilt(planted)
    assert found(content) == set()
    assert result.size == len(content)
    if result.suffix == ".jpg":
        assert set(jpeg_segments(content)) <= {0xE0, 0xDB, 0xC0, 0xC4}
    else:
        assert set(png_chunks(content)) == {b"IHDR", b"IDAT", b"IEND"}


@pytest.mark.parametrize("kind", samples.MARKED)
def test_an_independent_reader_finds_nothing_of_the_camera(kind: str) -> None:
    told = told_by_exiftool(rebuilt(samples.MARKED[kind]())[1])
    for word in ("TANDA", "GPS", "IFD0", "XMP", "ICC", "Photoshop", "Thumbnail", "Serial"):
        assert word not in told


@pytest.mark.parametrize("kind", samples.MARKED)
def test_the_picture_stays_what_it_was(kind: str) -> None:
    _, content = rebuilt(samples.MARKED[kind]())
    expected = samples.scene()
    if kind == "jpeg":
        expected = expected.transpose(Image.Transpose.ROTATE_270)  # as its notes ask
    assert difference(expected, Image.open(io.BytesIO(content))) < (12 if kind == "gif" else 3)


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_orientation_is_applied(turn: int) -> None:
    content = saved(samples.scene(), "JPEG", quality=95, exif=samples.exif(turn))
    picture = Image.open(io.BytesIO(rebuilt(content)[1]))
    corners = {1: (20, 20), 2: (-20, 20), 3: (-20, -20), 4: (20, -20)}
    corners |= {5: (20, 20), 6: (-20, 20), 7: (-20, -20), 8: (20, -20)}
    x, y = (at % edge for at, edge in zip(corners[turn], picture.size, strict=True))
    red, green, blue = picture.getpixel((x, y))  # type: ignore[misc]
    assert red > 150 > 100 > max(green, blue)
    assert (picture.width > picture.height) == (turn <= 4)


def test_the_day_of_the_picture_is_told_and_nothing_finer() -> None:
    result, content = rebuilt(samples.jpeg())
    assert result.detail == {"taken": samples.TAKEN}
    assert b"2026" not in content


@pytest.mark.parametrize("said", ["", "0000:00:00 00:00:00", "2026:13:40 1", mark("date")])
def test_a_day_that_is_none_is_not_told(said: str) -> None:
    notes = Image.Exif()
    notes.get_ifd(0x8769)[0x9003] = said
    assert rebuilt(saved(samples.scene(), "JPEG", exif=notes))[0].detail == {}


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_broken_notes_do_not_cost_the_picture() -> None:
    content = saved(samples.scene(), "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\x7f")
    assert rebuilt(content)[0].suffix == ".jpg"


def test_what_hides_under_transparency_is_gone() -> None:
    hidden = samples.scene().convert("RGBA")
    hidden.putalpha(0)
    _, content = rebuilt(saved(hidden, "PNG"))
    assert Image.open(io.BytesIO(content)).convert("L").getextrema() == (255, 255)


def test_large_photos_are_bounded() -> None:
    _, content = rebuilt(saved(samples.scene(4000, 3000), "JPEG"))
    assert Image.open(io.BytesIO(content)).size == (limits.EVIDENCE_EDGE, 1920)


def test_a_long_scrolled_screenshot_stays_readable() -> None:
    _, content = rebuilt(saved(samples.scene(1080, 7000), "PNG"))
    assert Image.open(io.BytesIO(content)).size == (1080, 7000)


def test_flat_screenshots_stay_exact() -> None:
    before = samples.screenshot()
    result, content = rebuilt(before)
    assert (result.suffix, result.media_type) == (".png", "image/png")
    assert difference(Image.open(io.BytesIO(before)), Image.open(io.BytesIO(content))) == 0


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGBA"])
def test_every_way_to_store_pixels_is_understood(mode: str) -> None:
    grey = samples.scene().convert("L")
    if mode == "I;16":
        picture = grey.convert("I").point(lambda value: value * 256).convert("I;16")
    else:
        picture = grey.convert(mode)
    _, content = rebuilt(saved(picture, "PNG"))
    expected = grey.convert("1") if mode == "1" else grey
    assert difference(expected.convert("RGB"), Image.open(io.BytesIO(content))) < 3


def test_colours_of_print_and_of_wide_screens_come_to_srgb() -> None:
    _, content = rebuilt(saved(samples.scene().convert("CMYK"), "JPEG", quality=95))
    assert difference(samples.scene(), Image.open(io.BytesIO(content))) < 6


@pytest.mark.parametrize("kind", samples.MARKED)
def test_a_picture_cut_short_is_refused(kind: str) -> None:
    whole = samples.MARKED[kind]()
    with pytest.raises(Refused, match="unreadable"):
        rebuilt(whole[: len(whole) // 3])

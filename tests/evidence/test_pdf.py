"""A rebuilt PDF is pictures of its pages and nothing else."""

import io
import re

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat

from bot import limits
from bot.tips.evidence.kinds import Rebuilt, Refused
from bot.tips.evidence.rebuild import rebuild
from tests.evidence import samples_pdf as samples
from tests.evidence.marks import found, told_by_exiftool

NAMES = {
    *("Type", "Catalog", "Pages", "Count", "Kids", "Page", "Parent", "MediaBox", "Contents"),
    *("Resources", "XObject", "P", "Length", "Subtype", "Image", "ColorSpace", "DeviceRGB"),
    *("BitsPerComponent", "Filter", "DCTDecode", "Width", "Height", "Size", "Root"),
}


def rebuilt(content: bytes) -> tuple[Rebuilt, bytes]:
    target = io.BytesIO()
    return rebuild(io.BytesIO(content), target), target.getvalue()


def drawn(content: bytes, number: int = 0) -> Image.Image:
    picture: Image.Image = (
        pypdfium2.PdfDocument(content)[number].render(scale=1, draw_annots=False).to_pil()
    )
    return picture.convert("RGB").resize(samples.A4)


def ink(content: bytes) -> float:
    """How much of the first page is dark, of 255."""
    return ImageStat.Stat(drawn(content).convert("L").point([255] * 128 + [0] * 128)).mean[0]


def test_no_mark_is_left_in_a_pdf() -> None:
    planted = samples.pdf()
    places = {"info", "xmp", "attachment", "script", "maker", "layer", "note", "field"}
    assert found(planted) >= places | {"invisible", "boxed", "hidden", "revision"}
    _, content = rebuilt(planted)
    assert found(content) == set()


def test_a_pdf_holds_pages_and_pictures_only() -> None:
    _, content = rebuilt(samples.scan(3))
    bare = re.sub(rb"stream\n.*?\nendstream", b"", content, flags=re.DOTALL)
    assert {name.decode() for name in re.findall(rb"/(\w+)", bare)} == NAMES
    with pikepdf.open(io.BytesIO(content)) as document:
        assert document.check_pdf_syntax() == []
        assert not document.docinfo
        assert [set(page.obj.keys()) for page in document.pages] == [
            {"/Type", "/Parent", "/MediaBox", "/Contents", "/Resources"}
        ] * 3


def test_an_independent_reader_finds_no_author_and_no_date() -> None:
    told = told_by_exiftool(rebuilt(samples.pdf())[1])
    assert "PageCount" in told
    for word in ("TANDA", "XMP", "Author", "Date", "Creator", "Producer", "GPS"):
        assert word not in told


def test_the_page_looks_the_same() -> None:
    before = samples.pdf()
    result, content = rebuilt(before)
    assert result.detail == {"pages": "1"}
    assert result.size == len(content)
    change = ImageChops.difference(drawn(before), drawn(content))
    assert max(ImageStat.Stat(change).mean) < 3


def test_what_a_box_a_layer_or_white_ink_hides_is_not_drawn_either() -> None:
    page = drawn(rebuilt(samples.pdf())[1])
    box = page.crop((50, 842 - 215, 240, 842 - 200)).convert("L")
    layer = page.crop((310, 842 - 110, 490, 842 - 30)).convert("L")
    white = page.crop((50, 842 - 310, 200, 842 - 275)).convert("L")
    assert box.getextrema()[1] < 30  # type: ignore[operator]
    assert min(layer.getextrema()[0], white.getextrema()[0]) > 225  # type: ignore[operator]


def test_letters_stay_legible() -> None:
    before = samples.scan(1)
    assert ink(rebuilt(before)[1]) == pytest.approx(ink(before), rel=0.15)


def test_pages_of_any_size_are_bounded() -> None:
    least, most = limits.EVIDENCE_PAGE_EDGE
    for size, edge in (((14_400, 100), most), ((20, 40), least), (samples.A4, 1_755)):
        _, content = rebuilt(samples.plain(size=size))
        with pikepdf.open(io.BytesIO(content)) as document:
            picture = document.pages[0].Resources.XObject.P
            assert max(int(picture.Width), int(picture.Height)) == edge


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (samples.plain(limits.EVIDENCE_PAGES + 1), "too_many_pages"),
        (samples.locked(), "password"),
        (samples.endless_pages(), "unreadable"),
        (samples.scan(1)[:9_000], "unreadable"),
        (b"%PDF-1.7\n", "unreadable"),
        (b"%PDF-1.7\n" + bytes(5_000), "unreadable"),
    ],
    ids=["pages", "password", "loop", "cut", "head", "zeros"],
)
def test_what_cannot_be_drawn_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        rebuilt(content)

"""PDF files with a mark in every place that can hold one, and awkward ones."""

import io
from collections.abc import Callable, Mapping

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image, ImageDraw

from tests.evidence.marks import mark
from tests.evidence.samples_pictures import exif, scene

A4 = (595, 842)


def pdf() -> bytes:
    """One page: a picture on it, and marks everywhere that no eye sees."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=A4)
    page.Resources = Dictionary(
        Font=Dictionary(F=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)),
        XObject=Dictionary(P=_picture(document)),
        Properties=Dictionary(L=_hidden_layer(document)),
    )
    page.Contents = Stream(document, _drawing().encode())
    page.Annots = Array([_note(document), _field(document)])
    _beside_the_page(document)
    out = io.BytesIO()
    document.save(out)
    return _with_an_older_version(out.getvalue())


def scan(pages: int) -> bytes:
    """Scanned pages of letters."""
    leaf = Image.new("RGB", (1240, 1754), "white")
    pen = ImageDraw.Draw(leaf)
    for row in range(40):
        pen.text(
            (90, 90 + 40 * row), f"{row}. rapat di balai desa, pukul dua", "black", font_size=24
        )
    out = io.BytesIO()
    leaf.save(out, "PDF", save_all=True, append_images=[leaf] * (pages - 1), resolution=150)
    return out.getvalue()


def plain(pages: int = 1, size: tuple[float, float] = A4, drawing: bytes = b"") -> bytes:
    """Empty pages of a size (points), with a drawing on each."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(100, 100))
        document.pages[-1].MediaBox = Array([0, 0, *size])
        document.pages[-1].Contents = Stream(document, drawing)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def locked() -> bytes:
    document = pikepdf.new()
    document.add_blank_page(page_size=A4)
    out = io.BytesIO()
    document.save(out, encryption=pikepdf.Encryption(owner="pemilik", user="pembaca"))
    return out.getvalue()


def endless_pages() -> bytes:
    """A page tree whose branch is its own root."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 3/Kids[2 0 R 2 0 R 2 0 R]>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF"
    )


def _picture(document: pikepdf.Pdf) -> Stream:
    jpeg = io.BytesIO()
    scene().save(jpeg, "JPEG", exif=exif(), comment=mark("com"))
    return Stream(
        document,
        jpeg.getvalue(),
        Type=Name.XObject, Subtype=Name.Image, Width=640, Height=480, BitsPerComponent=8,
        ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode,
    )  # fmt: skip


def _hidden_layer(document: pikepdf.Pdf) -> pikepdf.Object:
    layer = document.make_indirect(Dictionary(Type=Name.OCG, Name=String(mark("layer"))))
    document.Root.OCProperties = Dictionary(
        OCGs=Array([layer]), D=Dictionary(Order=Array([]), OFF=Array([layer]))
    )
    return layer


def _drawing() -> str:
    def text(place: str, mode: int, height: int) -> str:
        return f"BT /F 12 Tf {mode} Tr 50 {height} Td ({mark(place)}) Tj ET "

    return (
        "q 400 0 0 300 90 400 cm /P Do Q "
        + text("invisible", 3, 300)
        + "1 g " + text("white", 0, 280) + "0 g "
        + text("boxed", 0, 202) + "45 195 200 25 re f "
        + text("outside", 0, -300)
        + "/OC /L BDC 1 0 0 rg 300 20 200 100 re f " + text("hidden", 0, 150) + "EMC"
    )  # fmt: skip


def _note(document: pikepdf.Pdf) -> pikepdf.Object:
    return document.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Text, Rect=Array([10, 10, 30, 30]),
            Contents=String(mark("note")), T=String(mark("author")),
        )
    )  # fmt: skip


def _field(document: pikepdf.Pdf) -> pikepdf.Object:
    field = document.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("nama"),
            V=String(mark("field")), Rect=Array([10, 50, 90, 70]),
        )
    )  # fmt: skip
    document.Root.AcroForm = Dictionary(Fields=Array([field]), NeedAppearances=True)
    return field


def _beside_the_page(document: pikepdf.Pdf) -> None:
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = [mark("xmp")]
    document.docinfo["/Author"] = mark("info")
    document.attachments["catatan.txt"] = mark("attachment").encode()
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String(mark("script")))
    document.Root.Names.Dests = Dictionary(Names=Array([String(mark("dest")), Array([])]))


def _with_an_older_version(content: bytes) -> bytes:
    """A further part after the end, as editors append one on every save."""
    start = content.rindex(b"startxref")
    return content + b"\n% " + mark("revision").encode() + b"\n" + content[start:]


SAMPLES: Mapping[str, Callable[[], bytes]] = {
    "PDF 1 page": pdf,
    "PDF scan, 10 pages": lambda: scan(10),
    "PDF scan, 30 pages": lambda: scan(30),
}

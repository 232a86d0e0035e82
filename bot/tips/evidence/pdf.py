"""PDF: every page is drawn as it looks, and the pictures become the pages of a new PDF.

What is not drawn cannot follow: text below a black box or in white, hidden layers, attachments,
scripts, notes, forms, document information, earlier versions, the metadata of page pictures.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from PIL import Image
from pypdfium2 import PdfDocument, PdfiumError, PdfPage
from pypdfium2.raw import FPDF_ERR_PASSWORD

from bot.limits import EVIDENCE_PAGE_DPI, EVIDENCE_PAGE_EDGE, EVIDENCE_PAGES
from bot.tips.evidence.kinds import Format, Rebuilt, Refused

_POINTS = 72  # an inch
_QUALITY = 82

Image.preinit()  # loads the JPEG writer now: the child opens no file once it has begun to decode


def rebuild_pdf(source: BinaryIO, target: BinaryIO, _kind: Format) -> Rebuilt:
    """A PDF of pictures. `detail` has "pages". Raises `Refused` and `PdfiumError`."""
    document = _open(source)
    try:
        pages = len(document)
        if pages == 0:
            raise Refused("unreadable")
        if pages > EVIDENCE_PAGES:
            raise Refused("too_many_pages")
        write_pdf((_drawn(document[number]) for number in range(pages)), pages, target)
    finally:
        document.close()
    return Rebuilt("document", ".pdf", "application/pdf", target.tell(), {"pages": str(pages)})


def _open(source: BinaryIO) -> PdfDocument:
    try:
        return PdfDocument(source.read())
    except PdfiumError as error:
        locked = error.err_code == FPDF_ERR_PASSWORD
        raise Refused("password" if locked else "unreadable") from error


def _drawn(page: PdfPage) -> Image.Image:
    """The page as it looks on paper, without form fields and notes."""
    long = max(page.get_size())
    if long <= 0:
        raise Refused("unreadable")
    least, most = EVIDENCE_PAGE_EDGE
    edge = min(max(long * EVIDENCE_PAGE_DPI / _POINTS, least), most)
    bitmap = page.render(scale=edge / long, may_draw_forms=False, draw_annots=False)
    try:
        picture: Image.Image = bitmap.to_pil().convert("RGB")
        return picture
    finally:
        bitmap.close()
        page.close()


def write_pdf(pictures: Iterator[Image.Image], pages: int, target: BinaryIO) -> None:
    """Write a PDF with one picture a page and nothing else: no date, no identifier, no producer.

    ISO 32000-1, 7.5: object 1 is the catalog, 2 the page tree; then page, drawing and picture.
    """
    offsets: list[int] = []

    def write(body: bytes) -> None:
        offsets.append(target.tell())
        target.write(b"%d 0 obj\n%s\nendobj\n" % (len(offsets), body))

    target.write(b"%PDF-1.4\n")
    write(b"<</Type/Catalog/Pages 2 0 R>>")
    kids = b" ".join(b"%d 0 R" % (3 + 3 * number) for number in range(pages))
    write(b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids))
    for picture in pictures:
        for body in _page_objects(picture, first=len(offsets) + 1):
            write(body)
    _write_end(target, offsets)


def _page_objects(picture: Image.Image, first: int) -> tuple[bytes, bytes, bytes]:
    width, height = picture.size
    box = tuple(edge * _POINTS / EVIDENCE_PAGE_DPI for edge in picture.size)
    jpeg = BytesIO()
    picture.save(jpeg, "JPEG", quality=_QUALITY, optimize=True)
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Contents %d 0 R"
        b"/Resources<</XObject<</P %d 0 R>>>>>>" % (*box, first + 1, first + 2)
    )
    drawing = b"%.2f 0 0 %.2f 0 0 cm /P Do" % box
    return page, _stream(b"", drawing), _stream(_picture_entries(width, height), jpeg.getvalue())


def _picture_entries(width: int, height: int) -> bytes:
    return (
        b"/Type/XObject/Subtype/Image/ColorSpace/DeviceRGB/BitsPerComponent 8"
        b"/Filter/DCTDecode/Width %d/Height %d" % (width, height)
    )


def _stream(entries: bytes, content: bytes) -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(content), content)


def _write_end(target: BinaryIO, offsets: list[int]) -> None:
    start, count = target.tell(), len(offsets) + 1
    target.write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
    target.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    target.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, start))

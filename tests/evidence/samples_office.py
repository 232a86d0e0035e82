"""Office documents made by hand, with marks in every place where one can hide."""

import io
import zipfile
from collections.abc import Callable, Mapping

from tests.evidence.marks import mark

OOXML = "http://schemas.openxmlformats.org"
_W = f'xmlns:w="{OOXML}/wordprocessingml/2006/main"'
_R = f'xmlns:r="{OOXML}/officeDocument/2006/relationships"'
_P = f'xmlns:p="{OOXML}/presentationml/2006/main" xmlns:a="{OOXML}/drawingml/2006/main" {_R}'
_S = f'xmlns="{OOXML}/spreadsheetml/2006/main" {_R}'
_TYPES = {"[Content_Types].xml": f'<Types xmlns="{OOXML}/package/2006/content-types"/>'}
_PROPERTIES = {
    "docProps/core.xml": f"<cp><creator>{mark('penulis')}</creator></cp>",
    "docProps/app.xml": f"<app><Company>{mark('kantor')}</Company></app>",
    "docProps/thumbnail.jpeg": mark("kecil"),
}


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _relations(*targets: str) -> str:
    entries = "".join(
        f'<Relationship Id="r{number}" Target="{target}"/>'
        for number, target in enumerate(targets, start=1)
    )
    return f"<Relationships>{entries}</Relationships>"


def word(body: str, **more: str | bytes) -> bytes:
    """A DOCX with this body."""
    document = f"<w:document {_W}><w:body>{body}</w:body></w:document>"
    return package({**_TYPES, "word/document.xml": document, **more})


def _run(text: str, properties: str = "") -> str:
    return f'<w:r w:rsidR="00AB12CD"><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>'


def marked_word() -> bytes:
    author = f'w:author="{mark("pengubah")}" w:date="2026-11-01T09:15:00Z"'
    body = f"""
      <w:p w:rsidR="00AB12CD">{_run("Surat")}{_run(" edaran")}</w:p>
      <w:p>{_run("Hadir di")}<w:del {author}><w:r><w:delText>{mark("hapusan")}</w:delText></w:r>
      </w:del><w:ins {author}>{_run(" balai desa")}</w:ins></w:p>
      <w:moveFrom {author}>{_run(mark("pindahan"))}</w:moveFrom>
      <w:p>{_run(mark("tersembunyi"), "<w:vanish/>")}
      {_run("terbuka", '<w:vanish w:val="0"/>')}</w:p>
      <w:p>{_run(mark("gaya"), '<w:rStyle w:val="anak"/>')}</w:p>
      <w:p><w:pPr><w:pStyle w:val="rahasia"/></w:pPr>{_run(mark("paragraf"))}</w:p>
      <w:p><w:r><w:instrText>INCLUDEPICTURE "http://{mark("medan")}"</w:instrText></w:r></w:p>
      <w:p><w:commentRangeStart w:id="0"/><w:r><w:drawing><w:docPr descr="{mark("alternatif")}"/>
      </w:drawing></w:r></w:p>
      <w:tbl><w:tr><w:tc><w:p>{_run("Nama")}</w:p></w:tc><w:tc><w:p>{_run("Jumlah")}</w:p></w:tc>
      </w:tr><w:tr><w:trPr><w:del {author}/></w:trPr><w:tc><w:p>{_run(mark("baris"))}</w:p></w:tc>
      </w:tr></w:tbl>"""
    styles = f"""<w:styles {_W}><w:style w:styleId="rahasia"><w:rPr><w:vanish/></w:rPr></w:style>
      <w:style w:styleId="anak"><w:basedOn w:val="rahasia"/></w:style></w:styles>"""
    comments = f"""<w:comments {_W}><w:comment w:author="{mark("komentator")}"><w:p>
      {_run(mark("komentar"))}</w:p></w:comment></w:comments>"""
    more = {
        **_PROPERTIES,
        "word/styles.xml": styles,
        "word/comments.xml": comments,
        "word/settings.xml": f'<w:settings {_W}><w:docVar w:val="{mark("peubah")}"/></w:settings>',
        "word/people.xml": f"<people>{mark('orang')}</people>",
        "word/header1.xml": f"<w:hdr {_W}><w:p>{_run('Kop surat dinas')}</w:p></w:hdr>",
        "word/media/image1.jpeg": mark("gambar"),
        "word/media/image2.png": mark("gambar"),
        f"customXml/{mark('nama')}.xml": mark("lain"),
    }
    return word(body, **more)


def sheets(book: str, styles: str = "", **parts: str) -> bytes:
    """An XLSX with these entries of the workbook; sheets are relations r1, r2, …"""
    names = [name for name in parts if name.startswith("sheet")]
    cells = {f"xl/worksheets/{name}.xml": _sheet(parts[name]) for name in names}
    return package(
        {
            **_TYPES,
            **_PROPERTIES,
            "xl/workbook.xml": f"<workbook {_S}>{book}</workbook>",
            "xl/_rels/workbook.xml.rels": _relations(*(f"worksheets/{name}.xml" for name in names)),
            "xl/styles.xml": f"<styleSheet {_S}>{styles}</styleSheet>",
            "xl/sharedStrings.xml": f"<sst {_S}>{parts.get('strings', '')}</sst>",
            "xl/comments1.xml": f"<comments {_S}><t>{mark('komentar')}</t></comments>",
            **cells,
        }
    )


def _sheet(content: str) -> str:
    return f"<worksheet {_S}>{content}</worksheet>"


def marked_sheets() -> bytes:
    strings = f"""<si><t>Nama</t><rPh><t>{mark("lafal")}</t></rPh></si><si><t>{
        mark("kolom")
    }</t></si><si><t>{mark("yatim")}</t></si>"""
    first = f"""<cols><col min="2" max="2" hidden="1"/></cols><sheetData>
      <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>
      <c r="C1" s="1"><f>{mark("rumus")}</f><v>46330</v></c></row>
      <row r="2" hidden="1"><c r="A2" t="inlineStr"><is><t>{mark("baris")}</t></is></c></row>
      <row r="3"><c r="A3" t="inlineStr"><is><t>Sekretaris</t></is></c><c r="C3"><v>250000</v></c>
      </row></sheetData>"""
    hidden = f"""<sheetData><row><c t="inlineStr"><is><t>{mark("lembar")}</t></is></c></row>
      </sheetData>"""
    book = f"""<sheets><sheet name="Daftar" r:id="r1"/>
      <sheet name="{mark("judul")}" state="hidden" r:id="r2"/>
      <sheet name="x" state="veryHidden" r:id="r3"/></sheets>"""
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    return sheets(book, styles, strings=strings, sheet1=first, sheet2=hidden, sheet3=hidden)


def _shape(text: str, place: tuple[int, int] = (0, 0), hidden: str = "") -> str:
    return f"""<p:sp><p:nvSpPr><p:cNvPr id="1" name="{mark("bentuk")}" descr="{mark("alternatif")}"
      {hidden}/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{place[0]}" y="{place[1]}"/>
      <a:ext cx="100" cy="100"/></a:xfrm></p:spPr><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p>
      </p:txBody></p:sp>"""


def _slide(shapes: str, show: str = "1") -> str:
    return f'<p:sld {_P} show="{show}"><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>'


def marked_slides() -> bytes:
    shown = _shape("Ajakan memilih") + _shape(mark("luar"), (-500, 0))
    shown += _shape(mark("luar"), (0, 1000)) + _shape(mark("gaib"), hidden='hidden="1"')
    return package(
        {
            **_TYPES,
            **_PROPERTIES,
            "ppt/presentation.xml": f"""<p:presentation {_P}><p:sldIdLst>
              <p:sldId id="256" r:id="r2"/><p:sldId id="257" r:id="r1"/>
              <p:sldId id="258" r:id="r3"/>
              </p:sldIdLst><p:sldSz cx="1000" cy="1000"/></p:presentation>""",
            "ppt/_rels/presentation.xml.rels": _relations(
                "slides/slide1.xml", "/ppt/slides/slide2.xml", "slides/slide3.xml"
            ),
            "ppt/slides/slide1.xml": _slide(_shape("Kedua")),
            "ppt/slides/slide2.xml": _slide(shown),
            "ppt/slides/slide3.xml": _slide(_shape(mark("salindia")), "0"),
            "ppt/notesSlides/notesSlide1.xml": _slide(_shape(mark("catatan"))),
            "ppt/comments/comment1.xml": mark("komentar"),
            "ppt/media/image1.png": mark("gambar"),
        }
    )


_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
_O = " ".join(
    f'xmlns:{name}="{_OFFICE}:{name}:1.0"'
    for name in ("office", "text", "table", "style", "presentation", "draw")
)


def open_document(kind: str, body: str, styles: str = "", **more: str) -> bytes:
    """An ODT, ODS or ODP with this body and these automatic styles."""
    return package(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"""<office:document-content {_O}><office:automatic-styles>{styles}
              </office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}>
              </office:body></office:document-content>""",
            "meta.xml": mark("penulis"),
            "settings.xml": mark("setelan"),
            "Thumbnails/thumbnail.png": mark("kecil"),
            "Pictures/1.jpg": mark("gambar"),
            **more,
        }
    )


def marked_text_document() -> bytes:
    gone = '<style:style style:name="G"><style:text-properties text:display="none"/></style:style>'
    body = f"""<text:tracked-changes><text:p>{mark("hapusan")}</text:p></text:tracked-changes>
      <text:p>Hadir<office:annotation><text:p>{mark("komentar")}</text:p></office:annotation>
      di<text:s/>balai<text:span text:style-name="G">{mark("gaya")}</text:span> desa</text:p>
      <text:section text:display="none"><text:p>{mark("bagian")}</text:p></text:section>
      <text:p><text:hidden-text text:string-value="{mark("nilai")}">{mark("teks")}
      </text:hidden-text>
      akhir</text:p>"""
    page = f"""<s {_O}><style:header><text:p>Kop surat</text:p></style:header></s>"""
    return open_document("text", body, gone, **{"styles.xml": page})


def marked_table_document() -> bytes:
    hide = 'style:name="H"><style:table-properties table:display="false"/>'
    row = "<table:table-row{}><table:table-cell><text:p>{}</text:p></table:table-cell>"
    end = "</table:table-row>"
    body = f"""<table:table table:name="Daftar">{row.format("", "Nama")}{end}
      {row.format(' table:visibility="collapse"', mark("baris"))}{end}</table:table>
      <table:table table:name="x" table:style-name="H">{row.format("", mark("lembar"))}{end}
      </table:table>"""
    return open_document("spreadsheet", body, f"<style:style {hide}</style:style>")


def marked_slide_document() -> bytes:
    hide = 'style:name="H"><style:drawing-page-properties presentation:visibility="hidden"/>'
    body = f"""<draw:page><draw:frame><text:p>Ajakan</text:p></draw:frame>
      <presentation:notes><text:p>{mark("catatan")}</text:p></presentation:notes></draw:page>
      <draw:page draw:style-name="H"><text:p>{mark("salindia")}</text:p></draw:page>"""
    return open_document("presentation", body, f"<style:style {hide}</style:style>")


SAMPLES: dict[str, Callable[[], bytes]] = {
    "DOCX": marked_word,
    "DOCX, 200 pages": lambda: word(
        f"<w:p>{_run('Surat edaran kepada pegawai. ' * 90)}</w:p>" * 200
    ),
    "XLSX": marked_sheets,
    "PPTX": marked_slides,
    "ODT": marked_text_document,
    "ODS": marked_table_document,
    "ODP": marked_slide_document,
    "TXT, 45,000 lines": lambda: b"Hadir di balai desa.\n" * 45_000,
}

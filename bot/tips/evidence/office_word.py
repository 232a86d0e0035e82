"""DOCX (ECMA-376 part 1, WordprocessingML): the text that a reader of the page sees."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from bot.tips.evidence.office_package import Event, Package, attribute, child, local, or_empty, walk

_PAGES = re.compile(r"word/(header|footer|footnotes|endnotes)\d*\.xml")
# Deleted or moved away, instructions of fields, and the second copy of a drawing.
_SKIPPED = {
    *("del", "moveFrom", "delText", "instrText", "delInstrText", "fldData", "binData"),
    *("Fallback", "sdtPr", "pPr", "rPr", "tblPr", "tcPr", "docPartPr", "comment"),
}
_OFF = ("0", "false", "off")


def word_text(package: Package) -> str:
    """The letterhead, the text with its tables and boxes, and the notes at the foot."""
    hidden = _hidden_styles(package.part("word/styles.xml"))
    body = package.needed("word/document.xml")
    around = [name for name in package.names if _PAGES.fullmatch(name)]
    before = [name for name in around if "header" in name]
    after = [name for name in around if "header" not in name]
    roots = [*map(package.needed, before), body, *map(package.needed, after)]
    return "\n".join("".join(_text(root, hidden)) for root in roots)


def _text(root: Element, hidden: set[str]) -> Iterator[str]:
    for event, name, element in walk(root, lambda name, one: _unseen(name, one, hidden)):
        yield _said(event, name, element)


def _said(event: Event, name: str, element: Element) -> str:
    match (event, name):
        case ("begin", "t"):
            return element.text or ""
        case ("begin", "tab") | ("end", "tc"):
            return "\t"
        case ("begin", "br" | "cr") | ("end", "p" | "tr"):
            return "\n"
        case ("begin", "noBreakHyphen"):
            return "-"
    return ""


def _unseen(name: str, element: Element, styles: set[str]) -> bool:
    match name:
        case "r":
            return _hides(child(element, "rPr"), "rStyle", styles)
        case "p":
            return _hides(child(element, "pPr"), "pStyle", styles)
        case "tr":
            row = child(element, "trPr")
            return row is not None and any(local(one.tag) in ("del", "hidden") for one in row)
    return name in _SKIPPED


def _hides(properties: Element | None, style_name: str, styles: set[str]) -> bool:
    """By itself or by its style; a run may also say that it is not hidden in spite of its style."""
    if properties is None:
        return False
    vanish = child(properties, "vanish")
    if vanish is not None:
        return attribute(vanish, "val") not in _OFF
    style = child(properties, style_name)
    return style is not None and attribute(style, "val") in styles


def _hidden_styles(root: Element | None) -> set[str]:
    """Ids of the styles that hide their text, also through the style they are based on."""
    found: set[str] = set()
    based: dict[str, str] = {}
    for style in or_empty(root):
        name = attribute(style, "styleId")
        if _hides(child(style, "rPr"), "", set()):
            found.add(name)
        based[name] = attribute(or_empty(child(style, "basedOn")), "val")
    while more := {name for name, above in based.items() if above in found} - found:
        found |= more
    return found

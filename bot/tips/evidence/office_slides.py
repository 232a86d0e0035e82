"""PPTX (ECMA-376 part 1, PresentationML): the words on the slides that are shown."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from bot.tips.evidence.office_package import Package, attribute, child, or_empty, walk

_SKIPPED = {"Fallback", "extLst", "pPr", "rPr", "endParaRPr", "txStyles"}
_SHAPES = {
    "sp": "nvSpPr",
    "grpSp": "nvGrpSpPr",
    "graphicFrame": "nvGraphicFramePr",
    "cxnSp": "nvCxnSpPr",
    "pic": "nvPicPr",
}
_ON = ("1", "true")
_Box = tuple[int, int, int, int]


def slides_text(package: Package) -> str:
    """Each shown slide under its number, in the order of showing; no notes, no comments."""
    name = "ppt/presentation.xml"
    show, targets = package.needed(name), package.related(name)
    sides = or_empty(child(show, "sldSz"))
    wide, high = _number(sides, "cx"), _number(sides, "cy")
    parts = []
    for number, entry in enumerate(or_empty(child(show, "sldIdLst")), start=1):
        slide = package.part(targets.get(_relation(entry), ""))
        if slide is not None and attribute(slide, "show") not in ("0", "false"):
            parts += [f"[{number}]", "".join(_text(slide, wide, high))]
    return "\n".join(parts)


def _text(slide: Element, wide: int, high: int) -> Iterator[str]:
    outside = {
        id(shape)
        for shape in or_empty(child(slide, "cSld", "spTree"))
        if (box := _box(shape)) and not _on_slide(box, wide, high)
    }

    def unseen(name: str, one: Element) -> bool:
        return name in _SKIPPED or id(one) in outside or _is_hidden(name, one)

    for event, name, one in walk(slide, unseen):
        match (event, name):
            case ("begin", "t"):
                yield one.text or ""
            case ("begin", "br") | ("end", "p" | "tr"):
                yield "\n"
            case ("end", "tc"):
                yield "\t"


def _is_hidden(name: str, shape: Element) -> bool:
    properties = child(shape, _SHAPES[name], "cNvPr") if name in _SHAPES else None
    return properties is not None and attribute(properties, "hidden") in _ON


def _box(shape: Element) -> _Box | None:
    """Left, top, width and height, if the shape has a place of its own."""
    frame = child(shape, "xfrm")
    for holder in ("spPr", "grpSpPr"):
        frame = frame if frame is not None else child(shape, holder, "xfrm")
    if frame is None:
        return None
    place, size = child(frame, "off"), child(frame, "ext")
    if place is None or size is None:
        return None
    return _number(place, "x"), _number(place, "y"), _number(size, "cx"), _number(size, "cy")


def _on_slide(box: _Box, wide: int, high: int) -> bool:
    left, top, width, height = box
    return left < wide and top < high and left + width > 0 and top + height > 0


def _relation(entry: Element) -> str:
    """The relation's id; the entry also has a plain number under the same local name."""
    return next((value for key, value in entry.attrib.items() if key.endswith("}id")), "")


def _number(element: Element, name: str) -> int:
    value = attribute(element, name)
    return int(value) if value.lstrip("-").isdecimal() else 0

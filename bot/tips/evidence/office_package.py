"""The parts of an office document: a zip of XML files, read within limits and never unpacked."""

import zipfile
from collections.abc import Callable, Iterator
from typing import BinaryIO, Literal
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.limits import EVIDENCE_OFFICE_UNPACKED, EVIDENCE_XML_TAGS, EVIDENCE_ZIP_NAMES
from bot.tips.evidence.kinds import Refused

_PICTURES = (
    *(".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic"),
    *(".emf", ".wmf", ".svg", ".svm", ".wdp"),
)

Event = Literal["begin", "end", "skipped"]


class Package:
    """Reads the XML parts of one document; the bytes really read are counted, not the declared."""

    def __init__(self, source: BinaryIO) -> None:
        try:
            self._archive = zipfile.ZipFile(source)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
            raise Refused("unreadable") from error
        entries = self._archive.infolist()
        declared = sum(entry.file_size for entry in entries)
        if len(entries) > EVIDENCE_ZIP_NAMES or declared > EVIDENCE_OFFICE_UNPACKED:
            raise Refused("too_heavy")
        if any(entry.flag_bits & 1 for entry in entries):
            raise Refused("password")
        self.names = sorted({entry.filename for entry in entries})
        self._left = EVIDENCE_OFFICE_UNPACKED

    @property
    def pictures(self) -> int:
        """How many pictures lie in the document."""
        return sum(
            name.lower().endswith(_PICTURES) and "humbnail" not in name for name in self.names
        )

    def part(self, name: str) -> Element | None:
        """The root of an XML part, or None if there is no such part. Raises Refused."""
        if name not in self.names:
            return None
        try:
            with self._archive.open(name) as file:
                content = file.read(self._left + 1)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
            raise Refused("unreadable") from error
        self._left -= len(content)
        if self._left < 0 or content.count(b"<") > EVIDENCE_XML_TAGS:
            raise Refused("too_heavy")
        return _parsed(content)

    def needed(self, name: str) -> Element:
        """A part without which there is no document. Raises Refused."""
        root = self.part(name)
        if root is None:
            raise Refused("unreadable")
        return root

    def related(self, name: str) -> dict[str, str]:
        """Where the relations of an OOXML part lead: id to part name. Outside ones are left out."""
        folder, _, file = name.rpartition("/")
        relations = self.part(f"{folder}/_rels/{file}.rels")
        return {
            relation.get("Id", ""): _resolved(folder, relation.get("Target", ""))
            for relation in or_empty(relations)
            if relation.get("TargetMode") != "External"
        }


def local(name: object) -> str:
    """A tag or attribute without its namespace; comments and instructions have no name."""
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def attribute(element: Element, name: str) -> str:
    """The attribute of this local name, in whatever namespace; empty if there is none."""
    return next((value for key, value in element.attrib.items() if local(key) == name), "")


def child(element: Element, *path: str) -> Element | None:
    """The first descendant along these local names, each a child of the one before."""
    found = element
    for name in path:
        inner = next((one for one in found if local(one.tag) == name), None)
        if inner is None:
            return None
        found = inner
    return found


def or_empty(element: Element | None) -> Element:
    """An element without anything in the place of none."""
    return Element("none") if element is None else element


def walk(
    root: Element, skips: Callable[[str, Element], bool]
) -> Iterator[tuple[Event, str, Element]]:
    """Every element as it begins and ends, with its local name, in the order of reading.

    An element for which `skips` holds comes once, as "skipped", without what lies below it.
    Iterative: documents may nest deeper than Python may call.
    """
    pending: list[tuple[Event, Element]] = [("begin", root)]
    while pending:
        event, element = pending.pop()
        name = local(element.tag)
        if event == "begin" and (not name or skips(name, element)):
            event = "skipped"
        yield event, name, element
        if event == "begin":
            pending.append(("end", element))
            pending.extend(("begin", inner) for inner in reversed(element))


def _parsed(content: bytes) -> Element:
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Refused("unreadable") from error
    return root


def _resolved(folder: str, target: str) -> str:
    """A part name from the folder that a relation starts in."""
    if target.startswith("/"):
        return target[1:]
    steps = folder.split("/") if folder else []
    for step in target.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)

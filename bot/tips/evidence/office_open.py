"""ODT, ODS, ODP (OpenDocument 1.3): the text that a reader of the page sees."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from bot.tips.evidence.office_package import Package, attribute, local, walk

_SKIPPED = {
    *("tracked-changes", "annotation", "annotation-end", "hidden-text", "hidden-paragraph"),
    *("script", "scripts", "notes", "forms", "title", "desc", "settings", "table-source"),
    *("change", "change-start", "change-end", "event-listeners", "automatic-styles"),
    *("font-face-decls", "database-display", "conditional-text", "variable-decls"),
    *("user-field-decls", "sequence-decls", "named-expressions", "meta", "tracked-change"),
}
_HIDING = {"display": ("none", "false"), "visibility": ("hidden",)}
_PARAGRAPHS = ("p", "h")
_CLOSING = {
    **dict.fromkeys(("p", "h", "table-row", "page"), "\n"),
    **dict.fromkeys(("table-cell", "covered-table-cell"), "\t"),
}
_SPACE = re.compile(r"\s+")


def open_document_text(package: Package) -> str:
    """The body, after the heads of pages and before their feet."""
    content, styles = package.needed("content.xml"), package.part("styles.xml")
    hidden = set(_hidden_styles(content))
    around = {"header": "", "footer": ""}
    if styles is not None:
        hidden |= set(_hidden_styles(styles))
        for event, name, element in walk(styles, lambda *_: False):
            if event == "begin" and name in around:
                around[name] += "".join(_text(element, hidden))
    return "\n".join([around["header"], "".join(_text(content, hidden)), around["footer"]])


def _text(root: Element, hidden: set[str]) -> Iterator[str]:
    paragraphs = 0  # text stands in these; what is between them is only the layout of the file
    for event, name, element in walk(root, lambda name, one: _unseen(name, one, hidden)):
        if event == "begin":
            paragraphs += name in _PARAGRAPHS
            yield _opening(name, element, paragraphs > 0)
            continue
        if event == "end":
            paragraphs -= name in _PARAGRAPHS
            yield _CLOSING.get(name, "")
        yield _SPACE.sub(" ", element.tail or "") if paragraphs else ""


def _opening(name: str, element: Element, in_paragraph: bool) -> str:
    match name:
        case "s":
            return " "
        case "tab":
            return "\t"
        case "line-break":
            return "\n"
        case "table":
            return f"[{attribute(element, 'name')}]\n"
    return _SPACE.sub(" ", element.text or "") if in_paragraph else ""


def _unseen(name: str, element: Element, hidden: set[str]) -> bool:
    return (
        name in _SKIPPED
        or attribute(element, "display") in ("none", "condition", "false")
        or attribute(element, "visibility") in ("collapse", "filter")
        or attribute(element, "style-name") in hidden
    )


def _hidden_styles(root: Element) -> Iterator[str]:
    """Names of the styles that keep text, tables or slides from being shown."""
    for event, name, style in walk(root, lambda name, _: name == "body"):
        if event == "begin" and name == "style":
            for properties in style:
                for key, value in properties.attrib.items():
                    if value in _HIDING.get(local(key), ()):
                        yield attribute(style, "name")

"""Text with light markup, in which what a person typed can never become markup."""

import re
from dataclasses import dataclass
from typing import Self

_BOLD = re.compile(r"\*([^*\n]+)\*")
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Span:
    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A sequence of spans. ``*word*`` is bold in curated text only; see `markup`."""

    spans: tuple[Span, ...] = ()

    @classmethod
    def plain(cls, text: str) -> Self:
        return cls((Span(text),) if text else ())

    def __add__(self, other: "Text | str") -> "Text":
        added = Text.plain(other) if isinstance(other, str) else other
        return Text(self.spans + added.spans)

    def __str__(self) -> str:
        return "".join(span.text for span in self.spans)

    def __bool__(self) -> bool:
        return any(span.text for span in self.spans)

    def dump(self) -> list[list[str | bool]]:
        return [[span.text, span.bold] for span in self.spans]

    @classmethod
    def load(cls, value: list[list[str | bool]]) -> Self:
        return cls(tuple(Span(str(text), bool(bold)) for text, bold in value))


def markup(template: str, **fields: "str | Text") -> Text:
    """Curated text to spans; ``{name}`` is replaced by the field, taken literally.

    Raises KeyError for a field that was not given.
    """
    spans: list[Span] = []
    for piece, bold in _bold_parts(template):
        spans.extend(_filled(piece, bold, fields))
    return Text(tuple(span for span in spans if span.text))


def bold(text: str) -> Text:
    return Text((Span(text, bold=True),))


def join(parts: "list[Text] | tuple[Text, ...]", separator: str = "\n\n") -> Text:
    """The non-empty parts with a separator between them."""
    whole = Text()
    for part in parts:
        if part:
            whole = whole + separator + part if whole else part
    return whole


def _bold_parts(template: str) -> list[tuple[str, bool]]:
    parts: list[tuple[str, bool]] = []
    end = 0
    for match in _BOLD.finditer(template):
        parts += [(template[end : match.start()], False), (match[1], True)]
        end = match.end()
    return [*parts, (template[end:], False)]


def _filled(piece: str, is_bold: bool, fields: "dict[str, str | Text]") -> list[Span]:
    spans: list[Span] = []
    for index, part in enumerate(_FIELD.split(piece)):
        if index % 2 == 0:
            spans.append(Span(part, is_bold))
        elif isinstance(value := fields[part], Text):
            spans.extend(Span(span.text, span.bold or is_bold) for span in value.spans)
        else:
            spans.append(Span(value, is_bold))
    return spans

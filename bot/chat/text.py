"""Text with light markup, in which what a person typed can never become markup."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
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
    return _filled(template, fields) if fields else _literal(template)


def _filled(template: str, fields: "Mapping[str, str | Text]") -> Text:
    spans: list[Span] = []
    for text, is_bold, is_field in _parts(template):
        value = fields[text] if is_field else text
        if isinstance(value, Text):
            spans += (Span(span.text, True) for span in value.spans) if is_bold else value.spans
        elif value:
            spans.append(Span(value, is_bold))
    return Text(tuple(span for span in spans if span.text))


def bold(text: str) -> Text:
    return Text((Span(text, bold=True),))


def join(parts: "list[Text] | tuple[Text, ...]", separator: str = "\n\n") -> Text:
    """The non-empty parts with a separator between them."""
    spans: list[Span] = []
    for part in parts:
        if part:
            spans += (Span(separator), *part.spans) if spans else part.spans
    return Text(tuple(spans))


@lru_cache(maxsize=2_048)
def _literal(template: str) -> Text:
    """What needs no field is put together once."""
    return _filled(template, {})


@lru_cache(maxsize=2_048)
def _parts(template: str) -> tuple[tuple[str, bool, bool], ...]:
    """A template's literal texts and names of fields in turn: (text, is bold, is a field)."""
    return tuple(
        (text, is_bold, bool(place % 2))
        for piece, is_bold in _bold_parts(template)
        for place, text in enumerate(_FIELD.split(piece))
        if text
    )


def _bold_parts(template: str) -> list[tuple[str, bool]]:
    parts: list[tuple[str, bool]] = []
    end = 0
    for match in _BOLD.finditer(template):
        parts += [(template[end : match.start()], False), (match[1], True)]
        end = match.end()
    return [*parts, (template[end:], False)]

"""Uploads: a multipart body read as a stream, its files sealed as they come in.

Nothing is spooled: a file goes straight into the store, under a key that only the form's message
carries on. A file may only follow the fields that prove the form to be ours, so that nobody fills
the store without a page of ours.
"""

import errno
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from bot.chat.files import Stored
from bot.chat.messages import Attachment
from bot.limits import EVIDENCE_FILES, EVIDENCE_IN_MAX, WEB_FORM_MAX

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_FIELDS_MAX = 200
_BODY_MAX = (EVIDENCE_FILES + 1) * EVIDENCE_IN_MAX + WEB_FORM_MAX
_KINDS = {"image": "photo", "video": "video", "audio": "audio"}


class FileStore(Protocol):
    """The evidence store. Raises OSError when it is away or full, and FileGone for `open`."""

    async def put(self, source: AsyncIterator[bytes], /) -> Stored: ...
    async def delete(self, name: str, /) -> None: ...
    def open(self, name: str, key: bytes, /) -> AsyncIterator[bytes]: ...


class Malformed(Exception):
    """The body is no form, or larger than any form of ours."""


class _TooHeavy(Exception):
    """A file is larger than what is taken."""


@dataclass(slots=True)
class Form:
    """What a body held. Files beyond the allowed number are named, but were not kept.

    ``problem`` names the text below ``web.notice`` that says why none of the files was kept.
    """

    fields: dict[str, str] = field(default_factory=dict, repr=False)
    files: list[Attachment] = field(default_factory=list, repr=False)
    size: int = 0
    problem: str | None = None


Check = Callable[[Mapping[str, str]], object]
"""Raises when the fields before the first file do not prove the form."""


async def read_multipart(request: Request, boundary: bytes, store: FileStore, check: Check) -> Form:
    """Read a form with its files, to its end. Raises Malformed, OSError, and what ``check`` raises;
    then, as with a problem, nothing of it stays in the store."""
    form = Form()
    try:
        await _read(_events(request, boundary), form, store, check)
    except BaseException:
        await discard(store, form.files)
        raise
    if form.problem:
        await discard(store, form.files)
        form.files.clear()
    return form


async def discard(store: FileStore, files: list[Attachment]) -> None:
    """Delete uploads that nothing came of; what fails is left to the sweep."""
    for file in files:
        try:
            if file.stored:
                await store.delete(file.stored)
        except OSError:
            continue


def boundary_of(content_type: str) -> bytes | None:
    """The boundary of a multipart form; None for another content type."""
    kind, options = parse_options_header(content_type)
    return options.get(b"boundary") if kind == b"multipart/form-data" else None


@dataclass(frozen=True, slots=True)
class _Part:
    """The beginning of a field or of a file (``kind`` is what it calls itself)."""

    name: str
    is_file: bool
    kind: str


_Event = _Part | bytes | None  # a part begins, some of its bytes, it ends


async def _read(events: AsyncGenerator[_Event], form: Form, store: FileStore, check: Check) -> None:
    proven = False
    async for event in events:
        if not isinstance(event, _Part):
            continue
        if not event.is_file:
            await _field(event, events, form)
            continue
        if not proven:
            check(form.fields)
            proven = True
        await _file(event, events, form, store)


async def _field(part: _Part, events: AsyncGenerator[_Event], form: Form) -> None:
    value = bytearray()
    async for piece in _body(events):
        form.size += len(piece)
        if form.size > WEB_FORM_MAX:
            raise Malformed
        value += piece
    if len(form.fields) >= _FIELDS_MAX:
        raise Malformed
    form.fields[part.name] = form.fields.get(part.name) or value.decode("utf-8", "replace")


async def _file(part: _Part, events: AsyncGenerator[_Event], form: Form, store: FileStore) -> None:
    body = _body(events)
    first = await anext(body, b"")
    if not first:
        return  # an empty file box
    kind = _KINDS.get(part.kind.partition("/")[0], "document")
    if form.problem or len(form.files) >= EVIDENCE_FILES:
        form.files.append(Attachment(kind, ""))
    else:
        await _keep(kind, _limited(first, body), form, store)
    async for _ in body:  # a browser shows no answer before it has sent everything
        pass


async def _keep(kind: str, content: AsyncIterator[bytes], form: Form, store: FileStore) -> None:
    try:
        stored = await store.put(content)
    except _TooHeavy:
        form.problem = "heavy"
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        form.problem = "full"
    else:
        reference = f"{stored.object}:{stored.key.hex()}"
        form.files.append(Attachment(kind, reference, stored.size, stored.object))


async def _limited(first: bytes, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    size, piece = 0, first
    while piece:
        size += len(piece)
        if size > EVIDENCE_IN_MAX:
            raise _TooHeavy
        yield piece
        piece = await anext(body, b"")


async def _body(events: AsyncGenerator[_Event]) -> AsyncIterator[bytes]:
    """The bytes of the part that has begun."""
    async for event in events:
        if event is None:
            return
        if isinstance(event, bytes):
            yield event


async def _events(request: Request, boundary: bytes) -> AsyncGenerator[_Event]:
    """The parts of the body as they arrive."""
    found = _Parts()
    parser = MultipartParser(boundary, found.callbacks(), max_size=_BODY_MAX)
    try:
        async for chunk in request.stream():
            if parser.write(chunk) != len(chunk):
                raise Malformed
            for event in found.taken():
                yield event
        parser.finalize()
    except (MultipartParseError, ClientDisconnect, UnicodeDecodeError):
        raise Malformed from None
    if not found.ended:
        raise Malformed


class _Parts:
    """Collects what the parser reports between two chunks of the body."""

    def __init__(self) -> None:
        self._events: list[_Event] = []
        self._header = bytearray()
        self._value = bytearray()
        self._headers: dict[bytes, bytes] = {}
        self.ended = False

    def taken(self) -> list[_Event]:
        events, self._events = self._events, []
        return events

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._headers.clear,
            "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._header_end,
            "on_headers_finished": self._begin,
            "on_part_data": lambda data, start, end: self._events.append(bytes(data[start:end])),
            "on_part_end": lambda: self._events.append(None),
            "on_end": self._end,
        }

    def _header_end(self) -> None:
        self._headers[bytes(self._header).lower()] = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _begin(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        kind = self._headers.get(b"content-type", b"").decode("latin-1").lower()
        name = options.get(b"name", b"").decode()
        self._events.append(_Part(name, b"filename" in options, kind))

    def _end(self) -> None:
        self.ended = True

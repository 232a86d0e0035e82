"""The moderator room in the browser: a desk's cards, their buttons, and a box to reply."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.web.chat import TROUBLE, Receive
from bot.channels.web.forms import FormError, Said, Step, Steps, read_form, said
from bot.channels.web.pages import Pages, wants_json
from bot.channels.web.render import block_html
from bot.channels.web.room_files import KeptFiles, response, shown_as
from bot.channels.web.room_login import Entrance, Visitor
from bot.chat.messages import Address, AtDesk, Incoming, Outgoing
from bot.clock import Clock
from bot.keys.crypto import SealError, seal, unseal
from bot.keys.ring import KeyRing
from bot.limits import ROOM_ANSWER
from bot.store import room
from bot.store.engine import Database
from bot.store.ids import new_id
from bot.store.room import NewRoomMessage, RoomMessage

ROOM_SHOWN = 200
"""How many of the newest messages a freshly opened room shows."""
MODERATOR = "demo"


@dataclass(frozen=True, slots=True)
class Card:
    """A room message, opened. ``version`` changes with every edit; ``to``: the only moderator who
    sees it, ``until`` (seconds) when that ends."""

    id: str
    version: str
    case_id: str | None = field(repr=False)
    message: Outgoing = field(repr=False)
    to: str | None = None
    until: int | None = None

    def is_for(self, moderator: str, now: float) -> bool:
        return self.to in (None, moderator) and (self.until is None or now < self.until)


class Room:
    """Posts, edits and opens the sealed messages of a desk's room."""

    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring

    async def post(
        self,
        desk: str,
        message: Outgoing,
        case_id: str | None = None,
        to: str | None = None,
        until: int | None = None,
    ) -> str:
        """Put a message up, for everybody or for one moderator; returns its id."""
        id_, month = new_id(), self._ring.month()
        body = self._sealed(desk, id_, month, message, to, until)
        day = str(self._ring.days()[0])
        step = "shown" if to else "card"
        new = NewRoomMessage(id_, desk, month, body, day, case_id, step)
        await room.post(self._database, new)
        return id_

    async def remove(self, desk: str, message_id: str) -> None:
        await room.remove(self._database, desk, message_id)

    async def edit(self, desk: str, message_id: str, message: Outgoing) -> None:
        stored = await room.one(self._database, desk, message_id)
        card = self._opened(desk, stored) if stored else None
        if stored is None or card is None:
            return
        try:
            body = self._sealed(desk, message_id, stored.month, message, card.to, card.until)
        except KeyError:  # the month's key is destroyed, and the message with it
            return
        await room.edit(self._database, desk, message_id, body)

    async def first_place(self, desk: str) -> int:
        """Where a freshly opened room begins."""
        return max(1, await room.last_place(self._database, desk) - ROOM_SHOWN + 1)

    async def cards(self, desk: str, place: int) -> list[Card]:
        """The messages from a place on, oldest first, without those whose key is destroyed."""
        stored = await room.since(self._database, desk, place)
        return [card for message in stored if (card := self._opened(desk, message))]

    async def card(self, desk: str, message_id: str) -> Card | None:
        stored = await room.one(self._database, desk, message_id)
        return self._opened(desk, stored) if stored else None

    def _sealed(
        self,
        desk: str,
        message_id: str,
        month: str,
        message: Outgoing,
        to: str | None,
        until: int | None,
    ) -> bytes:
        """Files that lie in the evidence store stay there; the message says where and how."""
        files = tuple(replace(file, content=b"") if file.kept else file for file in message.files)
        message = replace(message, files=files)
        key = self._ring.desk_key(desk, month)
        body = message.dump() | {"to": to, "until": until}
        return seal(key, json.dumps(body).encode(), _context(desk, message_id))

    def _opened(self, desk: str, stored: RoomMessage) -> Card | None:
        try:
            key = self._ring.desk_key(desk, stored.month)
            body = unseal(key, stored.body, _context(desk, stored.id))
        except (KeyError, SealError):
            return None
        value = json.loads(body)
        version = blake2b(stored.body, digest_size=8).hexdigest()
        message = Outgoing.load(value)
        return Card(
            stored.id, version, stored.case_id, message, value.get("to"), value.get("until")
        )


class RoomPages:
    """A desk's room as one moderator sees it; the entrance says who that is."""

    def __init__(
        self,
        receive: Receive,
        room: Room,
        entrance: Entrance,
        steps: Steps,
        pages: Pages,
        clock: Clock,
        files: KeptFiles | None = None,
    ) -> None:
        self._receive = receive
        self._room = room
        self._entrance = entrance
        self._steps = steps
        self._pages = pages
        self._clock = clock
        self._files = files

    def routes(self) -> list[BaseRoute]:
        path = self._entrance.path
        file = path + "/berkas/{message}/{number:int}"
        return [
            *self._entrance.routes(),
            Route(path, self.show),
            Route(path, self.answer, methods=["POST"]),
            Route(file, self.file),
        ]

    async def show(self, request: Request) -> Response:
        return await self._served(request, self._show)

    async def file(self, request: Request) -> Response:
        """One file of a message. Whatever cannot be shown (any more) is not found."""
        return await self._served(request, self._file)

    async def answer(self, request: Request) -> Response:
        return await self._served(request, self._answer)

    async def _served(
        self, request: Request, serve: Callable[[Request, Visitor], Awaitable[Response]]
    ) -> Response:
        try:
            visitor = await self._entrance.admit(request)
            return visitor if isinstance(visitor, Response) else await serve(request, visitor)
        except FormError as error:
            return self._pages.refusal(request, error)
        except TROUBLE:
            return self._pages.refusal(request, FormError(503, "busy"))

    async def _show(self, request: Request, visitor: Visitor) -> Response:
        if wants_json(request):
            return await self._changes(request, visitor)
        return await self._page(visitor)

    async def _file(self, request: Request, visitor: Visitor) -> Response:
        number: int = request.path_params["number"]
        card = await self._card(visitor, request.path_params["message"])
        files = card.message.files if card else ()
        if self._files is None or not 0 < number <= len(files):
            raise HTTPException(404)
        return await response(self._files, files[number - 1], request.headers.get("range"))

    async def _answer(self, request: Request, visitor: Visitor) -> Response:
        fields = await read_form(request)
        step, message = self._steps.opened(fields, visitor.conversation), said(fields)
        if message.problem:
            return self._refused(request, message.problem)
        await self._received(visitor, step, message, fields.get("pesan") or None)
        if wants_json(request):
            fresh = self._steps.fresh(visitor.conversation)
            return JSONResponse({"langkah": fresh.step, "segel": fresh.seal})
        return RedirectResponse(request.url.path, 303)

    async def _received(
        self, visitor: Visitor, step: Step, message: Said, pressed: str | None
    ) -> None:
        card = await self._card(visitor, pressed) if pressed else None
        if pressed and card is None:
            raise FormError(400, "gone")
        case_id = card.case_id if card else None

        async def send(replies: Sequence[Outgoing], _trace: Sequence[str]) -> list[str]:
            return [await self._send(visitor, reply, card) for reply in replies]

        incoming = Incoming(
            text=message.text,
            choice=message.choice,
            channel="web",
            message=pressed,
            desk=AtDesk(visitor.desk, visitor.moderator, case_id),
        )
        await self._receive(Address("web", visitor.conversation), step.step, incoming, send)

    async def _send(self, visitor: Visitor, reply: Outgoing, pressed: Card | None) -> str:
        """Edit the pressed card, or answer this moderator alone; tied to the same case, so that
        both are erased with it."""
        if reply.replaces and pressed:
            await self._room.edit(visitor.desk, pressed.id, reply)
            return pressed.id
        case_id = reply.case or (pressed.case_id if pressed else None)
        until = int(self._clock.now()) + ROOM_ANSWER
        return await self._room.post(visitor.desk, reply, case_id, visitor.moderator, until)

    async def _card(self, visitor: Visitor, message_id: str) -> Card | None:
        """A message, where it is meant for this moderator too."""
        card = await self._room.card(visitor.desk, message_id)
        return card if card and card.is_for(visitor.moderator, self._clock.now()) else None

    async def _cards(self, visitor: Visitor, place: int) -> list[Card]:
        cards = await self._room.cards(visitor.desk, place)
        now = self._clock.now()
        return [card for card in cards if card.is_for(visitor.moderator, now)]

    async def _page(self, visitor: Visitor) -> Response:
        place = await self._room.first_place(visitor.desk)
        cards = await self._cards(visitor, place)
        return self._pages.page(
            "room.html",
            visitor=visitor,
            place=place,
            version=_version(cards),
            cards=[self._html(visitor, card) for card in cards],
            step=self._steps.fresh(visitor.conversation),
        )

    async def _changes(self, request: Request, visitor: Visitor) -> Response:
        """For the page's script: 204 while nothing changed, else every card and its version."""
        place = _place(request.query_params)
        cards = await self._cards(visitor, place)
        version = _version(cards)
        if request.query_params.get("versi") == version:
            return Response(status_code=204)
        shown = [{"id": c.id, "version": c.version, "html": self._html(visitor, c)} for c in cards]
        return JSONResponse({"version": version, "cards": shown})

    def _html(self, visitor: Visitor, card: Card) -> Markup:
        """Links stay text here: a stranger wrote them, and a click tells his site of the desk."""
        return self._pages.fragment(
            "card.html",
            card=card,
            body=block_html(card.message.text),
            files=[
                (f"{visitor.base}/berkas/{card.id}/{number}", shown_as(file), file.name)
                for number, file in enumerate(card.message.files, 1)
            ],
            press=self._steps.fresh(visitor.conversation),
            reply=self._steps.fresh(visitor.conversation),
        )

    def _refused(self, request: Request, problem: str) -> Response:
        status = 413 if problem == "long" else 400
        if wants_json(request):
            return self._pages.notice(status, f"notice.{problem}")
        return self._pages.error(status, problem, request.url.path)


def _place(query: Mapping[str, str]) -> int:
    """The first place that the page shows; anything but a small number means all."""
    value = query.get("sejak", "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 1


def _version(cards: Sequence[Card]) -> str:
    whole = ",".join(f"{card.id}:{card.version}" for card in cards)
    return blake2b(whole.encode(), digest_size=8).hexdigest()


def _context(desk: str, message_id: str) -> str:
    return f"room:{desk}:{message_id}"

"""The moderator room in the browser: a desk's cards, their buttons, and a box to reply."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.web.chat import TROUBLE, Receive
from bot.channels.web.demo import Demo
from bot.channels.web.forms import FormError, Said, Step, Steps, read_form, said
from bot.channels.web.pages import Pages, wants_json
from bot.channels.web.render import block_html
from bot.chat.messages import Address, AtDesk, Incoming, Outgoing
from bot.keys.crypto import SealError, seal, unseal
from bot.keys.ring import KeyRing
from bot.store import room
from bot.store.engine import Database
from bot.store.ids import new_id
from bot.store.room import NewRoomMessage, RoomMessage

ROOM_SHOWN = 200
"""How many of the newest messages a freshly opened room shows."""
MODERATOR = "demo"


@dataclass(frozen=True, slots=True)
class Card:
    """A room message, opened. ``version`` changes with every edit."""

    id: str
    version: str
    case_id: str | None = field(repr=False)
    message: Outgoing = field(repr=False)


class Room:
    """Posts, edits and opens the sealed messages of a desk's room."""

    def __init__(self, database: Database, ring: KeyRing) -> None:
        self._database = database
        self._ring = ring

    async def post(self, desk: str, message: Outgoing, case_id: str | None = None) -> str:
        id_, month = new_id(), self._ring.month()
        body = self._sealed(desk, id_, month, message)
        day = str(self._ring.days()[0])
        await room.post(self._database, NewRoomMessage(id_, desk, month, body, day, case_id))
        return id_

    async def edit(self, desk: str, message_id: str, message: Outgoing) -> None:
        stored = await room.one(self._database, desk, message_id)
        if stored is None:
            return
        try:
            body = self._sealed(desk, message_id, stored.month, message)
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

    def _sealed(self, desk: str, message_id: str, month: str, message: Outgoing) -> bytes:
        key = self._ring.desk_key(desk, month)
        return seal(key, json.dumps(message.dump()).encode(), _context(desk, message_id))

    def _opened(self, desk: str, stored: RoomMessage) -> Card | None:
        try:
            key = self._ring.desk_key(desk, stored.month)
            body = unseal(key, stored.body, _context(desk, stored.id))
        except (KeyError, SealError):
            return None
        message = Outgoing.load(json.loads(body))
        version = blake2b(stored.body, digest_size=8).hexdigest()
        return Card(stored.id, version, stored.case_id, message)


class RoomPages:
    """The room of the demo's desk; the path holds the token."""

    def __init__(
        self, receive: Receive, room: Room, demo: Demo, steps: Steps, pages: Pages
    ) -> None:
        self._receive = receive
        self._room = room
        self._demo = demo
        self._steps = steps
        self._pages = pages
        self._chat = f"ruang:{demo.desk}:{MODERATOR}"

    def routes(self) -> list[BaseRoute]:
        path = "/ruang/{token}"
        return [Route(path, self.show), Route(path, self.answer, methods=["POST"])]

    async def show(self, request: Request) -> Response:
        self._demo.admit(request)
        try:
            if wants_json(request):
                return await self._changes(request)
            return await self._page()
        except TROUBLE:
            return self._pages.refusal(request, FormError(503, "busy"))

    async def answer(self, request: Request) -> Response:
        self._demo.admit(request)
        try:
            fields = await read_form(request)
            step, message = self._steps.opened(fields, self._chat), said(fields)
            if message.problem:
                return self._refused(request, message.problem)
            await self._received(step, message, fields.get("pesan") or None)
        except FormError as error:
            return self._pages.refusal(request, error)
        except TROUBLE:
            return self._pages.refusal(request, FormError(503, "busy"))
        if wants_json(request):
            fresh = self._steps.fresh(self._chat)
            return JSONResponse({"langkah": fresh.step, "segel": fresh.seal})
        return RedirectResponse(request.url.path, 303)

    async def _received(self, step: Step, message: Said, pressed: str | None) -> None:
        card = await self._room.card(self._demo.desk, pressed) if pressed else None
        if pressed and card is None:
            raise FormError(400, "gone")
        case_id = card.case_id if card else None

        async def send(replies: Sequence[Outgoing], _trace: Sequence[str]) -> list[str]:
            return [await self._send(reply, card) for reply in replies]

        incoming = Incoming(
            text=message.text,
            choice=message.choice,
            channel="web",
            message=pressed,
            desk=AtDesk(self._demo.desk, MODERATOR, case_id),
        )
        await self._receive(Address("web", self._chat), step.step, incoming, send)

    async def _send(self, reply: Outgoing, pressed: Card | None) -> str:
        """Edit the pressed card or post below it, tied to the same case so that both are erased."""
        if reply.replaces and pressed:
            await self._room.edit(self._demo.desk, pressed.id, reply)
            return pressed.id
        case_id = pressed.case_id if pressed else None
        return await self._room.post(self._demo.desk, reply, case_id)

    async def _page(self) -> Response:
        place = await self._room.first_place(self._demo.desk)
        cards = await self._room.cards(self._demo.desk, place)
        return self._pages.page(
            "room.html",
            desk=self._demo.desk,
            place=place,
            version=_version(cards),
            cards=[self._html(card) for card in cards],
            step=self._steps.fresh(self._chat),
        )

    async def _changes(self, request: Request) -> Response:
        """For the page's script: 204 while nothing changed, else every card and its version."""
        place = _place(request.query_params)
        cards = await self._room.cards(self._demo.desk, place)
        version = _version(cards)
        if request.query_params.get("versi") == version:
            return Response(status_code=204)
        shown = [{"id": c.id, "version": c.version, "html": self._html(c)} for c in cards]
        return JSONResponse({"version": version, "cards": shown})

    def _html(self, card: Card) -> Markup:
        """Links stay text here: a stranger wrote them, and a click tells his site of the desk."""
        return self._pages.fragment(
            "card.html",
            card=card,
            body=block_html(card.message.text),
            press=self._steps.fresh(self._chat),
            reply=self._steps.fresh(self._chat),
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

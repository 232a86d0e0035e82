"""Signing in to a web room: a one-time code from the desk's owner, then a cookie for some days."""

import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.web.chat import TROUBLE
from bot.channels.web.demo import Demo
from bot.channels.web.forms import FormError, Steps, read_form
from bot.channels.web.pages import Pages, wants_json
from bot.clock import Clock
from bot.limits import ROOM_COOKIE, ROOM_SESSION, ROOM_TRIES_PER_MINUTE
from bot.store import room_sessions
from bot.store.engine import Database
from bot.store.room_sessions import Session

ROOM, ENTER, LEAVE, AGAIN = "/ruang", "/ruang/masuk", "/ruang/keluar", "/ruang/kode"
COOKIE = "__Host-ruang"
_STRANGER = "ruang:masuk"  # whose form steps the sign-in page carries
_AGAIN_FOR = 3_600
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at which room, and the address below which it lies."""

    desk: str
    name: str
    moderator: str
    base: str
    signed_in: bool = True

    @property
    def conversation(self) -> str:
        return f"ruang:{self.desk}:{self.moderator}"


class Entrance(Protocol):
    """The way into a room; ``path`` is the room's route."""

    path: str

    async def admit(self, request: Request) -> Visitor | Response:
        """Who this is, or the answer to somebody who may not come in. Raises HTTPException."""
        ...

    def routes(self) -> list[BaseRoute]: ...


class DemoEntrance:
    """The demo's one moderator; the path holds the token."""

    path = ROOM + "/{token}"

    def __init__(self, demo: Demo, moderator: str) -> None:
        self._demo = demo
        self._moderator = moderator

    async def admit(self, request: Request) -> Visitor | Response:
        self._demo.admit(request)
        desk = self._demo.desk
        base = f"{ROOM}/{self._demo.token}"
        return Visitor(desk, desk, self._moderator, base, signed_in=False)

    def routes(self) -> list[BaseRoute]:
        return []


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the sign-in knows of desks: ``name_of`` a desk that is a web room, None for others;
    ``new_code`` and ``code_hash`` of invitations."""

    name_of: Callable[[str], str | None]
    new_code: Callable[[], str]
    code_hash: Callable[[str], bytes]


class SignIn:
    """Sessions of moderators. Wrong codes are limited for everybody together: nobody's address is
    kept, and a code has 40 random bits and holds one hour."""

    path = ROOM

    def __init__(
        self, database: Database, clock: Clock, rooms: Rooms, steps: Steps, pages: Pages
    ) -> None:
        self._database = database
        self._clock = clock
        self._rooms = rooms
        self._steps = steps
        self._pages = pages
        self._wrong: deque[float] = deque(maxlen=ROOM_TRIES_PER_MINUTE)

    def routes(self) -> list[BaseRoute]:
        return [
            Route(ENTER, self.show),
            Route(ENTER, self.enter, methods=["POST"]),
            Route(LEAVE, self.leave, methods=["POST"]),
            Route(AGAIN, self.again, methods=["POST"]),
        ]

    async def admit(self, request: Request) -> Visitor | Response:
        session = await self._session(request)
        name = self._rooms.name_of(session.desk) if session else None
        if session and name:
            return Visitor(session.desk, name, session.moderator, ROOM)
        if wants_json(request):
            return JSONResponse({"notice": self._pages.plain("room.signed_out")}, 401)
        return RedirectResponse(ENTER, 303)

    async def show(self, _request: Request) -> Response:
        return self._page()

    async def enter(self, request: Request) -> Response:
        """A right code opens a session; the answer to a wrong one tells nothing about it."""
        try:
            fields = await read_form(request)
            self._steps.opened(fields, _STRANGER)
            if self._crowded():
                return self._page(429, "crowded")
            return await self._entered(fields.get("kode", ""))
        except FormError as error:
            return self._pages.error(error.status, error.reason, ENTER)
        except TROUBLE:
            return self._pages.error(503, "busy", ENTER)

    async def leave(self, request: Request) -> Response:
        """The session ends here; the form must be the room's own."""
        return await self._of_room(request, self._left)

    async def again(self, request: Request) -> Response:
        """A code to sign in on another device, or once the session is over."""
        return await self._of_room(request, self._invited)

    async def _of_room(
        self, request: Request, do: Callable[[Request, Session], Awaitable[Response]]
    ) -> Response:
        try:
            session, visitor = await self._session(request), await self.admit(request)
            if session is None or isinstance(visitor, Response):
                return RedirectResponse(ENTER, 303)
            self._steps.opened(await read_form(request), visitor.conversation)
            return await do(request, session)
        except FormError as error:
            return self._pages.error(error.status, error.reason, ROOM)
        except TROUBLE:
            return self._pages.error(503, "busy", ROOM)

    async def _left(self, request: Request, _session: Session) -> Response:
        await room_sessions.close(self._database, _hash(request.cookies.get(COOKIE, "")))
        response = RedirectResponse(ENTER, 303)
        self._set(response, "", 0)
        return response

    async def _invited(self, _request: Request, session: Session) -> Response:
        code, until = self._rooms.new_code(), int(self._clock.now()) + _AGAIN_FOR
        hashed = self._rooms.code_hash(code)
        await room_sessions.invite_again(self._database, hashed, session, until)
        return self._pages.page("code.html", code=code, minutes=str(_AGAIN_FOR // 60))

    async def _entered(self, code: str) -> Response:
        hashed, now = self._rooms.code_hash(code), int(self._clock.now())
        desk = await room_sessions.desk_of_code(self._database, hashed, now)
        if desk is None or self._rooms.name_of(desk) is None:
            self._wrong.append(self._clock.now())
            return self._page(403, "wrong")
        secret, day = secrets.token_urlsafe(32), str(self._clock.today())
        until = now + ROOM_SESSION
        opened = await room_sessions.sign_in(self._database, hashed, _hash(secret), now, until, day)
        if opened is None:
            return self._page(403, "wrong")
        response = RedirectResponse(ROOM, 303)
        self._set(response, secret, ROOM_COOKIE)
        return response

    async def _session(self, request: Request) -> Session | None:
        """The session of the cookie; one in use goes on for its whole time again, once a day."""
        secret = request.cookies.get(COOKIE)
        if not secret:
            return None
        now = int(self._clock.now())
        session = await room_sessions.find(self._database, _hash(secret), now)
        if session and session.until < now + ROOM_SESSION - _DAY:
            await room_sessions.prolong(self._database, _hash(secret), now + ROOM_SESSION)
        return session

    def _crowded(self) -> bool:
        full = len(self._wrong) == ROOM_TRIES_PER_MINUTE
        return full and self._clock.now() - self._wrong[0] < 60

    def _page(self, status: int = 200, notice: str = "") -> Response:
        step = self._steps.fresh(_STRANGER)
        return self._pages.page("sign_in.html", status=status, step=step, notice=notice)

    @staticmethod
    def _set(response: Response, value: str, seconds: int) -> None:
        response.set_cookie(
            COOKIE,
            value,
            max_age=seconds,
            path="/",
            secure=True,
            httponly=True,
            samesite="strict",
        )


def _hash(secret: str) -> bytes:
    """How a session is stored: its 256 random bits need no slow hash."""
    return blake2b(secret.encode(), digest_size=32, person=b"room session").digest()

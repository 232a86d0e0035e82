"""The web channel put together."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp

from bot.channels.web.chat import Chat, Receive
from bot.channels.web.demo import Demo, DemoPages
from bot.channels.web.files import FileStore
from bot.channels.web.forms import Steps
from bot.channels.web.pages import Assets, Pages
from bot.channels.web.preview import Preview, Shown
from bot.channels.web.room import MODERATOR, Room, RoomPages
from bot.channels.web.room_login import DemoEntrance, Entrance, Rooms, SignIn
from bot.channels.web.security import FRAMED_POLICY, POLICY, Guard, loopback_hosts
from bot.chat.messages import Outgoing
from bot.chat.wording import Wording
from bot.clock import Clock, SystemClock
from bot.keys.ring import KeyRing
from bot.store.engine import Database

__all__ = ["Receive", "WebChannel"]


class WebChannel:
    """Serve it as ``guard(Starlette(routes=routes(), exception_handlers=error_pages()))``.

    The demo page exists only when ``demo`` is given; then `guard` lets only loopback names in.
    Otherwise moderators of ``rooms`` sign in to theirs. ``store`` keeps what is uploaded and holds
    what a desk is shown; without it the chat takes no files.
    """

    def __init__(
        self,
        receive: Receive,
        database: Database,
        ring: KeyRing,
        wording: Wording,
        demo: Demo | None,
        store: FileStore | None = None,
        clock: Clock | None = None,
        rooms: Rooms | None = None,
    ) -> None:
        clock = clock or SystemClock()
        self._demo = demo
        self._pages = Pages(wording, FRAMED_POLICY if demo else POLICY)
        self._room = Room(database, ring)
        steps = Steps(ring)
        self._chat = Chat(receive, steps, self._pages, store)
        self._room_routes: list[BaseRoute] = []
        if entrance := self._entrance(database, clock, rooms, steps):
            room = RoomPages(receive, self._room, entrance, steps, self._pages, clock, store)
            self._room_routes = room.routes()
        if demo:
            self._room_routes += DemoPages(demo, self._pages).routes()

    def _entrance(
        self, database: Database, clock: Clock, rooms: Rooms | None, steps: Steps
    ) -> Entrance | None:
        """The demo's own way in, or signing in; none where no desk is a web room."""
        if self._demo:
            return DemoEntrance(self._demo, MODERATOR)
        return SignIn(database, clock, rooms, steps, self._pages) if rooms else None

    def routes(self) -> list[BaseRoute]:
        return [
            *self._chat.routes(at_root=self._demo is None),
            *self._room_routes,
            Mount("/static", Assets()),
        ]

    def guard(self, app: ASGIApp) -> ASGIApp:
        """Wrap the finished application, so that no response is without the headers."""
        hosts = loopback_hosts(self._demo.port) if self._demo else None
        return Guard(app, hosts, self._pages.error(400, "host"))

    def error_pages(self) -> Mapping[Any, Any]:
        """Friendly pages for unknown addresses and our own mistakes (Starlette's parameter)."""
        return {404: self._pages.handle, 405: self._pages.handle, 500: self._pages.handle}

    def preview(
        self, topics: Sequence[tuple[str, Sequence[tuple[str, str]]]], shown: Shown
    ) -> list[BaseRoute]:
        """The curators' pages, in the demo only."""
        return Preview(self._pages, topics, shown).routes() if self._demo else []

    async def send_to_room(self, desk: str, message: Outgoing) -> str:
        """Post a message of the delivery worker; returns its id."""
        return await self._room.post(desk, message)

    async def show_to_one(
        self, desk: str, message: Outgoing, case_id: str | None, to: str, until: int | None
    ) -> str:
        """Post for one moderator only, until then; returns the message's id."""
        return await self._room.post(desk, message, case_id, to, until)

    async def remove_from_room(self, desk: str, message_id: str) -> None:
        await self._room.remove(desk, message_id)

    async def edit_in_room(self, desk: str, message_id: str, message: Outgoing) -> None:
        """Replace a message; one that is gone, or whose key is, stays gone."""
        await self._room.edit(desk, message_id, message)

"""The composition root: everything is put together here, and only here."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from bot.channels.web.channel import WebChannel
from bot.channels.web.demo import Demo
from bot.channels.web.reading import Library, Reading
from bot.chat.dispatcher import Dispatcher
from bot.chat.messages import Outgoing
from bot.clock import Clock, SystemClock
from bot.content import Content, load_content
from bot.delivery import usage
from bot.delivery.worker import DeskSender, Render, Worker
from bot.desks.casebook import Casebook
from bot.desks.routes import NATIONAL, Desk, Desks
from bot.errors import OperatorError
from bot.keys.crypto import keyed_hash, new_key
from bot.keys.ring import KeyRing, open_ring
from bot.preview import listing, previewer
from bot.settings import Settings
from bot.store import cases, moderators
from bot.store.cases import WITHDRAWAL, CaseRow
from bot.store.engine import Database, locked, open_database, sqlite_path
from bot.store.migrate import is_current, migrate
from bot.store.retention import case_of_message
from bot.tips.receipts import ReceiptKeeper
from handlers import cards
from handlers.ports import Operator, Ports
from handlers.table import routes
from handlers.usage import Usage

if TYPE_CHECKING:
    from bot.channels.telegram.channel import TelegramChannel
    from bot.channels.whatsapp.channel import WhatsAppChannel

DEMO_DESK = "demo"


@dataclass(frozen=True, slots=True)
class App:
    """The parts that the command line starts and stops."""

    settings: Settings
    database: Database
    ring: KeyRing
    clock: Clock
    ports: Ports
    dispatcher: Dispatcher[Ports]
    web: WebChannel
    reading: Reading
    demo: Demo | None
    telegram: "TelegramChannel | None"
    whatsapp: "WhatsAppChannel | None"
    worker: Worker
    render: Render

    async def erase_at_desk(self, desk: str, message: str) -> None:
        """Erase a card where it was posted; the web room's rows go with the case."""
        place = self.ports.desks.get(desk)
        if place and place.channel == "telegram" and self.telegram:
            await self.telegram.desk.erase(place.chat, message)

    def asgi(self) -> ASGIApp:
        """The web application: chat, room, webhooks, health."""
        health: list[BaseRoute] = [
            Route("/healthz", _healthy),
            Route("/readyz", self._ready),
        ]
        webhooks = self.telegram.routes() if self.telegram and self.settings.public_url else []
        webhooks += self.whatsapp.routes() if self.whatsapp else []
        app = Starlette(
            routes=[
                *health,
                *webhooks,
                *self.reading.routes(),
                *(
                    self.web.preview(listing(self.ports), previewer(self.ports))
                    if self.demo
                    else ()
                ),
                *self.web.routes(),
            ],
            exception_handlers=self.web.error_pages(),
        )
        return self.web.guard(app)

    async def _ready(self, _request: Request) -> Response:
        try:
            ready = await is_current(self.database)
        except Exception:  # whatever the database says, the answer is "not ready"
            ready = False
        return PlainTextResponse("ok" if ready else "not ready", 200 if ready else 503)


async def _healthy(_request: Request) -> Response:
    return PlainTextResponse("ok")


@asynccontextmanager
async def open_app(
    settings: Settings,
    clock: Clock | None = None,
    *,
    content: Content | None = None,
    beside: bool = False,
) -> AsyncIterator[App]:
    """Everything, ready to run; closed at the end. Raises OperatorError.

    ``content`` when it is loaded already; ``beside``: another process already runs here, so tips
    are refused.
    """
    clock = clock or SystemClock()
    content = content or load_content(settings.content_dir, _cache(settings), settings.public_url)
    demo = _demo(settings)
    desks = _desks(settings, demo)
    ring = open_ring(settings.keys_url, clock)
    async with AsyncExitStack() as stack:
        database = await _open_store(settings, stack)
        await _check_keys(database, ring)
        await _enrol_demo(database, demo, clock)
        keeper = ReceiptKeeper(await _salt(settings, database, ring))
        ports = _ports(settings, content, desks, database, ring, clock, keeper, beside)
        stack.push_async_callback(usage.flush, database, ports.usage)
        dispatcher = Dispatcher(database, ring, routes(content.wording), ports)
        web = WebChannel(dispatcher.receive, database, ring, content.wording, demo)
        library = Library(content.topics, content.categories, content.law, content.reference)
        reading = Reading(
            content.wording, library, content.matcher.answer, clock, framed=demo is not None
        )
        telegram = await _telegram(settings, stack, dispatcher, desks, database, ports)
        whatsapp = _whatsapp(settings, stack, dispatcher, database, ring, ports)
        senders: dict[str, DeskSender] = {"web": web.send_to_room}
        if telegram:
            senders["telegram"] = telegram.send_to_desk
        render = renderer(ports)
        worker = Worker(database, ring, desks, senders, render, clock)
        yield App(
            settings,
            database,
            ring,
            clock,
            ports,
            dispatcher,
            web,
            reading,
            demo,
            telegram,
            whatsapp,
            worker,
            render,
        )


async def _open_store(settings: Settings, stack: AsyncExitStack) -> Database:
    """The database, migrated when it is SQLite, which only one process may use."""
    database = open_database(settings.database_url)
    stack.push_async_callback(database.close)
    path = sqlite_path(settings.database_url)
    if path:
        await stack.enter_async_context(locked(path.with_suffix(".lock")))
        await migrate(database)
    elif not await is_current(database):
        raise OperatorError("Tabel basis data belum terbaru. Jalankan: python -m bot migrate.")
    return database


async def _salt(settings: Settings, database: Database, ring: KeyRing) -> bytes:
    """The receipts' salt: a permanent random row, mixed with SERVER_KEY from outside it."""
    row = await cases.constant(database, "receipt-salt", new_key())
    server_key = settings.server_key.encode() or (ring.server_key() if settings.is_demo else b"")
    mixed = keyed_hash(row, server_key.hex(), "server key", 32)
    if server_key and await cases.constant(database, "server-key-check", mixed) != mixed:
        raise OperatorError(
            "SERVER_KEY bukan yang dipakai basis data ini; kode yang sudah dibagikan tidak akan "
            "terbuka. Kembalikan SERVER_KEY yang lama, atau pakai basis data baru."
        )
    return keyed_hash(mixed, "", "receipt salt")


async def _check_keys(database: Database, ring: KeyRing) -> None:
    """Keys of another database must not be used, and still less destroyed."""
    if not ring.belongs_to(await cases.constant(database, "database-id", new_key())):
        raise OperatorError(
            "Folder kunci (KEYS_URL) milik basis data lain. Periksa KEYS_URL dan DATABASE_URL; "
            "tidak ada yang diubah."
        )


def _cache(settings: Settings) -> Path:
    path = sqlite_path(settings.database_url)
    return (path.parent if path else Path("data")) / "cache"


def _demo(settings: Settings) -> Demo | None:
    if not settings.is_demo or settings.desks_file:
        return None
    return Demo(secrets.token_urlsafe(16), DEMO_DESK, settings.bind[1])


def _desks(settings: Settings, demo: Demo | None) -> Desks:
    if settings.desks_file:
        desks = Desks.load(settings.desks_file)
        return desks if settings.is_demo else _only_reachable(desks)
    if demo is None:
        return Desks({})
    desk = Desk(
        id=DEMO_DESK, name="meja peragaan", channel="web", chat=DEMO_DESK, regions=(NATIONAL,)
    )
    return Desks({DEMO_DESK: desk})


def _only_reachable(desks: Desks) -> Desks:
    """A web room exists in the demo only: elsewhere a tip in it would be read by nobody."""
    for desk in desks.all():
        if desk.channel == "web":
            raise OperatorError(
                f"Meja {desk.id} memakai ruang web, yang hanya ada di peragaan. "
                "Pakai grup Telegram."
            )
    return desks


async def _enrol_demo(database: Database, demo: Demo | None, clock: Clock) -> None:
    if demo:
        async with database.begin() as connection:
            await moderators.enrol(connection, demo.desk, "demo", str(clock.today()))


def _ports(
    settings: Settings,
    content: Content,
    desks: Desks,
    database: Database,
    ring: KeyRing,
    clock: Clock,
    keeper: ReceiptKeeper,
    beside: bool,
) -> Ports:
    operator = Operator(settings.operator_mode, settings.operator_name, settings.operator_contact)
    casebook = Casebook(database, ring)

    async def closed() -> str | None:
        if beside:
            return "beside"
        if settings.is_demo and not settings.desks_file:
            return None
        named = operator.mode != "demo" and operator.name and operator.contact
        tip_desks = [desk for desk in desks.all() if desk.kind == "tip"]
        misleading = operator.mode == "independent" and any(d.sounds_official for d in tip_desks)
        ready = named and settings.server_key and not misleading
        attended = await casebook.attended_among([desk.id for desk in tip_desks])
        return None if ready and attended else "no_operator"

    return Ports(
        wording=content.wording,
        topics=content.topics,
        categories=content.categories,
        law=content.law,
        reference=content.reference,
        matcher=content.matcher,
        form=content.form,
        places=content.places,
        stories=content.stories,
        exposure=content.exposure,
        words=content.words,
        keeper=keeper,
        ring=ring,
        casebook=casebook,
        desks=desks,
        clock=clock,
        operator=operator,
        usage=Usage(clock),
        tips_closed=closed,
        delay=settings.delay(),
    )


async def _telegram(
    settings: Settings,
    stack: AsyncExitStack,
    dispatcher: Dispatcher[Ports],
    desks: Desks,
    database: Database,
    ports: Ports,
) -> "TelegramChannel | None":
    if not settings.telegram_bot_token:
        return None
    from bot.channels.telegram.channel import TelegramChannel  # half a second to import
    from bot.channels.telegram.client import open_bot

    bot = await stack.enter_async_context(
        open_bot(settings.telegram_bot_token, settings.telegram_api_base)
    )
    lookup = TelegramDesks(desks, database)
    return TelegramChannel(
        bot, dispatcher.receive, lookup, ports.wording, settings.telegram_webhook_secret
    )


def _whatsapp(
    settings: Settings,
    stack: AsyncExitStack,
    dispatcher: Dispatcher[Ports],
    database: Database,
    ring: KeyRing,
    ports: Ports,
) -> "WhatsAppChannel | None":
    """Twilio needs a public address to bring messages to."""
    if not (settings.twilio_auth_token and settings.public_url):
        return None
    from bot.channels.whatsapp.channel import WhatsAppChannel  # the SDK takes a second to import

    channel = WhatsAppChannel(
        settings, dispatcher.receive, database, ring, ports.wording, ports.clock
    )
    stack.push_async_callback(channel.close)
    return channel


@dataclass(frozen=True, slots=True)
class TelegramDesks:
    """Which Telegram groups are desks, and which of their messages are cards."""

    desks: Desks
    database: Database

    def desk_of(self, chat: str) -> str | None:
        desk = self.desks.at("telegram", chat)
        return desk.id if desk else None

    async def case_of_message(self, desk: str, message: str) -> str | None:
        return await case_of_message(self.database, desk, message)

    async def moved(self, old: str, new: str) -> None:
        self.desks.move("telegram", old, new)


def renderer(ports: Ports) -> Render:
    """How the worker turns a case into a message for its desk."""

    def render(case: CaseRow, sequence: int, content: dict[str, Any]) -> Outgoing:
        if sequence == WITHDRAWAL:
            return cards.withdrawal(ports, case)
        if sequence == 0:
            return cards.card(ports, case, content)
        return cards.addition(ports, case, content)

    return render


async def run_until(stop: asyncio.Event, *jobs: Any) -> None:
    """Run the jobs together; when one ends or fails, stop the others and let them finish."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result

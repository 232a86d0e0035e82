"""The composition root: everything is put together here, with the help of ``compose_*.py``."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
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
from bot.clock import Clock, SystemClock
from bot.compose_channels import open_telegram, open_whatsapp
from bot.compose_delivery import (
    AtDesks,
    case_reader,
    couriers,
    desk_senders,
    fetchers,
    make_nudger,
    make_watch,
    tellers,
)
from bot.compose_desks import enrol_demo, load_desks, make_ports, open_demo, rooms_of
from bot.compose_store import cache_folder, check_keys, open_store, salt
from bot.content import Content, load_content
from bot.delivery import evidence_sweep, usage
from bot.delivery.digest import Digests
from bot.delivery.errands import Errands
from bot.delivery.evidence_jobs import EvidenceJobs
from bot.delivery.evidence_progress import Progress
from bot.delivery.files import FileReader, Files, Uploads
from bot.delivery.nudges import Nudger
from bot.delivery.worker import Worker
from bot.disk import folder_of
from bot.keys.ring import KeyRing, open_ring
from bot.preview import listing, previewer
from bot.settings import Settings
from bot.store.engine import Database
from bot.tips.evidence.parent import Rebuilder
from bot.tips.evidence.storage import EvidenceStore
from bot.tips.receipts import ReceiptKeeper
from bot.watch.metrics import Metrics
from bot.watch.ready import Readiness
from bot.watch.watch import Watch
from handlers.desk.bringing import Bringer
from handlers.desk.view import DeskView
from handlers.ports import Ports
from handlers.table import routes
from handlers.usage import Usage

if TYPE_CHECKING:
    from bot.channels.telegram.channel import TelegramChannel
    from bot.channels.whatsapp.channel import WhatsAppChannel


@dataclass(frozen=True, slots=True)
class App:
    """The parts that the command line starts and stops.

    ``stopping`` is set when the process begins to end: readiness says so from then on.
    """

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
    view: DeskView
    store: EvidenceStore
    uploads: Uploads
    evidence_jobs: EvidenceJobs
    files: FileReader
    nudger: Nudger
    errands: Errands
    metrics: Metrics
    watch: Watch
    at_desks: AtDesks
    stopping: asyncio.Event

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
        missing = await Readiness(self.database, self.ring, self.stopping).missing()
        return PlainTextResponse(missing or "ok", 503 if missing else 200)


async def _healthy(_request: Request) -> Response:
    return PlainTextResponse("ok")


@asynccontextmanager
async def open_app(
    settings: Settings,
    clock: Clock | None = None,
    *,
    content: Content | None = None,
    beside: bool = False,
    role: str = "run",
) -> AsyncIterator[App]:
    """Everything, ready to run; closed at the end. Raises OperatorError.

    ``content`` when it is loaded already; ``beside``: another process already runs here, so tips
    are refused; ``role``: run, web or worker, for the metrics.
    """
    clock = clock or SystemClock()
    content = content or load_content(
        settings.content_dir, cache_folder(settings), settings.public_url
    )
    wording = content.wording
    demo = open_demo(settings)
    desks = load_desks(settings, demo)
    ring = open_ring(settings.keys_url, clock)
    metrics = Metrics(role)
    async with AsyncExitStack() as stack:
        database = await open_store(settings, stack)
        await check_keys(database, ring)
        await enrol_demo(database, demo, clock)
        keeper = ReceiptKeeper(await salt(settings, database, ring))
        counts = Usage(clock, metrics.question)
        ports = make_ports(settings, content, desks, database, ring, clock, keeper, counts, beside)
        stack.push_async_callback(usage.flush, database, counts)
        dispatcher = Dispatcher(database, ring, routes(wording), ports)
        receive = metrics.watched(dispatcher.receive)
        store = EvidenceStore(settings.evidence_url, clock)
        await evidence_sweep.check_owner(database, store)
        uploads = Uploads(store, folder_of(settings.evidence_url))
        web = WebChannel(receive, database, ring, wording, demo, uploads, clock, rooms_of(desks))
        library = Library(content.topics, content.categories, content.law, content.reference)
        reading = Reading(wording, library, content.matcher.answer, clock, framed=demo is not None)
        telegram = await open_telegram(settings, stack, receive, desks, database, wording)
        whatsapp = open_whatsapp(settings, stack, receive, database, ring, wording, clock)
        people = tellers(telegram, whatsapp)
        evidence_jobs = EvidenceJobs(
            database,
            ring,
            clock,
            store,
            Rebuilder().rebuild,
            fetchers(store, telegram, whatsapp),
            Progress(people, wording, clock),
        )
        view, files = DeskView(ports), Files(store)
        senders = desk_senders(web, telegram, metrics)
        errands = Errands(
            database,
            Bringer(ports, case_reader(files)).messages,
            couriers(web, telegram, uploads),
            clock,
        )
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
            Worker(database, ring, desks, senders, view, files, clock, ports.similar),
            view,
            store,
            uploads,
            evidence_jobs,
            files,
            make_nudger(database, ring, people, wording, clock),
            errands,
            metrics,
            make_watch(settings, database, ring, clock, metrics, wording, desks, telegram),
            AtDesks(desks, senders, telegram, Digests(database, ports.casebook, view)),
            asyncio.Event(),
        )


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

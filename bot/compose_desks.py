"""Putting together the desks, and what the conversations may ask of the rest (their ports)."""

import secrets

from bot.channels.web.demo import Demo
from bot.channels.web.room_login import Rooms
from bot.chat.draft_files import DraftFiles
from bot.clock import Clock
from bot.content import Content
from bot.desks.audit import Audit
from bot.desks.casebook import Casebook
from bot.desks.enrolment import invitation_hash, new_invitation
from bot.desks.routes import NATIONAL, Desk, Desks
from bot.desks.statistics import Statistician
from bot.errors import OperatorError
from bot.keys.ring import KeyRing
from bot.settings import Settings
from bot.store import moderators
from bot.store.engine import Database
from bot.tips.receipts import ReceiptKeeper
from handlers.ports import Operator, Ports
from handlers.usage import Usage

DEMO_DESK = "demo"


def open_demo(settings: Settings) -> Demo | None:
    """The demonstration's desk in the browser, where there may be one."""
    if not settings.is_demo or settings.desks_file:
        return None
    return Demo(secrets.token_urlsafe(16), DEMO_DESK, settings.bind[1])


def load_desks(settings: Settings, demo: Demo | None) -> Desks:
    """The desks of ``DESKS_FILE``, or the demonstration's one. Raises OperatorError."""
    if settings.desks_file:
        desks = Desks.load(settings.desks_file)
        return desks if settings.is_demo else _only_reachable(desks, settings.public_url)
    if demo is None:
        return Desks({})
    desk = Desk(
        id=DEMO_DESK, name="meja peragaan", channel="web", chat=DEMO_DESK, regions=(NATIONAL,)
    )
    return Desks({DEMO_DESK: desk})


def _only_reachable(desks: Desks, public_url: str) -> Desks:
    """A web room needs an address that protects its cookie; elsewhere nobody could sign in."""
    for desk in desks.all():
        if desk.channel == "web" and desk.chat != desk.id:
            raise OperatorError(f"Meja {desk.id} memakai ruang web: tulis chat: {desk.id}.")
        if desk.channel == "web" and not public_url.startswith("https://"):
            raise OperatorError(
                f"Meja {desk.id} memakai ruang web, yang perlu PUBLIC_URL berawalan https://."
            )
    return desks


async def enrol_demo(database: Database, demo: Demo | None, clock: Clock) -> None:
    if demo:
        async with database.begin() as connection:
            await moderators.enrol(connection, demo.desk, "demo", str(clock.today()))


def rooms_of(desks: Desks) -> Rooms | None:
    """Web rooms to sign in to, where a desk is one."""
    if not any(desk.channel == "web" for desk in desks.all()):
        return None

    def name_of(name: str) -> str | None:
        desk = desks.get(name)
        return desk.name if desk and desk.channel == "web" else None

    return Rooms(name_of, new_invitation, invitation_hash)


def make_ports(
    settings: Settings,
    content: Content,
    desks: Desks,
    database: Database,
    ring: KeyRing,
    clock: Clock,
    keeper: ReceiptKeeper,
    usage: Usage,
    beside: bool,
) -> Ports:
    """What handlers read and ask. ``beside``: another process runs here, so tips are refused."""
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
        guide=content.guide,
        keeper=keeper,
        ring=ring,
        casebook=casebook,
        evidence=DraftFiles(database, ring),
        desks=desks,
        clock=clock,
        operator=operator,
        usage=usage,
        audit=Audit(database),
        statistics=Statistician(database),
        tips_closed=closed,
        delay=settings.delay(),
    )

"""Putting together what the worker needs: the ways to desks, files, people and the operator."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.channels.web.channel import WebChannel
from bot.chat.delivery_errors import Moved, Refused
from bot.chat.files import Fetch
from bot.chat.messages import Outgoing
from bot.chat.wording import Wording
from bot.clock import Clock
from bot.compose_store import data_folder
from bot.delivery.digest import Digests
from bot.delivery.errands import Courier, OwnPage, PrivateChat
from bot.delivery.evidence_jobs import uploaded
from bot.delivery.evidence_progress import Teller
from bot.delivery.files import FileLost, FileReader, Uploads
from bot.delivery.nudges import Nudger
from bot.delivery.view import DeskSender, PlainDesk
from bot.desks.routes import Desks
from bot.keys.ring import KeyRing
from bot.settings import Settings
from bot.store.engine import Database
from bot.tips.evidence.storage import EvidenceStore
from bot.watch.desk import WatchedDesk
from bot.watch.metrics import Metrics
from bot.watch.notices import Notices
from bot.watch.watch import Tell, Watch
from handlers.desk.bringing import Read

if TYPE_CHECKING:
    from bot.channels.telegram.channel import TelegramChannel
    from bot.channels.whatsapp.channel import WhatsAppChannel


def desk_senders(
    web: WebChannel, telegram: "TelegramChannel | None", metrics: Metrics
) -> dict[str, DeskSender]:
    """The platforms on which desks live."""
    room = PlainDesk(web.send_to_room, web.edit_in_room)
    senders: dict[str, DeskSender] = {"web": WatchedDesk("web", room, metrics)}
    if telegram:
        senders["telegram"] = WatchedDesk("telegram", telegram.desk, metrics)
    return senders


@dataclass(frozen=True, slots=True)
class AtDesks:
    """What was put up at desks, to be taken off."""

    desks: Desks
    senders: Mapping[str, DeskSender]
    telegram: "TelegramChannel | None"
    digests: Digests

    async def erase(self, desk_id: str, message: str, /) -> None:
        """Erase a card where it was posted; the web room's rows go with the case."""
        desk = self.desks.get(desk_id)
        if desk and desk.channel == "telegram" and self.telegram:
            if "/" in message:
                with suppress(Refused):  # it is gone already
                    await self.telegram.desk.delete_topic(message)
            else:
                await self.telegram.desk.erase(desk.chat, message)

    async def relist(self, desk_id: str, message: str, without: Collection[str], /) -> bool:
        """Leave cases out of a list; False where nothing else is in it, or it cannot be edited."""
        desk = self.desks.get(desk_id)
        sender = self.senders.get(desk.channel) if desk else None
        shorter = await self.digests.now(desk_id, message, without)
        if desk is None or sender is None or shorter is None:
            return False
        try:
            await sender.edit(desk.chat, message, shorter)
        except Refused:
            return False
        return True


def case_reader(files: FileReader) -> Read:
    """A case's files for whoever asks for them in private; None for what is lost."""

    async def read(file: Mapping[str, Any]) -> bytes | None:
        try:
            return await files.read(file)
        except FileLost:
            return None

    return read


def couriers(
    web: WebChannel, telegram: "TelegramChannel | None", uploads: Uploads
) -> dict[str, Courier]:
    """The ways to one moderator alone."""
    ways: dict[str, Courier] = {"web": OwnPage(web.show_to_one, web.remove_from_room, uploads.put)}
    if telegram:
        ways["telegram"] = PrivateChat(telegram.desk.send, telegram.desk.erase)
    return ways


def fetchers(
    store: EvidenceStore, telegram: "TelegramChannel | None", whatsapp: "WhatsAppChannel | None"
) -> dict[str, Fetch]:
    """Where files come from; the web's and the terminal's lie in the store already."""
    ways: dict[str, Fetch] = {"web": uploaded(store), "terminal": uploaded(store)}
    if telegram:
        ways["telegram"] = telegram.fetch
    if whatsapp:
        ways["whatsapp"] = whatsapp.fetch
    return ways


def tellers(
    telegram: "TelegramChannel | None", whatsapp: "WhatsAppChannel | None"
) -> dict[str, Teller]:
    """Who can be told how far the files are; a browser asks for itself."""
    ways: dict[str, Teller] = {}
    if telegram:
        ways["telegram"] = Teller(telegram.tell, edits=True)
    if whatsapp:
        ways["whatsapp"] = Teller(whatsapp.tell, edits=False)
    return ways


def make_nudger(
    database: Database, ring: KeyRing, ways: Mapping[str, Teller], wording: Wording, clock: Clock
) -> Nudger:
    tells = {channel: teller.tell for channel, teller in ways.items()}
    return Nudger(database, ring, tells, Outgoing(wording.say("tip.nudge.notice")), clock)


def make_watch(
    settings: Settings,
    database: Database,
    ring: KeyRing,
    clock: Clock,
    metrics: Metrics,
    wording: Wording,
    desks: Desks,
    telegram: "TelegramChannel | None",
) -> Watch:
    """Who looks after the service, and tells ``OPS_CHAT`` where there is one."""

    def name_of(desk_id: str) -> str:
        desk = desks.get(desk_id)
        return desk.name if desk else desk_id

    notices = Notices(wording, name_of)
    tell = _operator(settings.ops_chat, telegram)
    return Watch(database, ring, clock, metrics, notices, tell, data_folder(settings))


def _operator(chat: str, telegram: "TelegramChannel | None") -> Tell | None:
    if not (chat and telegram):
        return None
    channel = telegram

    async def tell(message: Outgoing) -> str:
        try:
            return await channel.send_to_desk(chat, message)
        except Moved as moved:  # the group became a supergroup
            return await channel.send_to_desk(moved.chat, message)

    return tell

"""Putting together the channels to people: Telegram and WhatsApp where they are configured."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.channels.receive import Receive
from bot.chat.wording import Wording
from bot.clock import Clock
from bot.desks.routes import Desks
from bot.keys.ring import KeyRing
from bot.settings import Settings
from bot.store.engine import Database
from bot.store.retention import case_of_message

if TYPE_CHECKING:
    from bot.channels.telegram.channel import TelegramChannel
    from bot.channels.whatsapp.channel import WhatsAppChannel


async def open_telegram(
    settings: Settings,
    stack: AsyncExitStack,
    receive: Receive,
    desks: Desks,
    database: Database,
    wording: Wording,
) -> "TelegramChannel | None":
    if not settings.telegram_bot_token:
        return None
    from bot.channels.telegram.channel import TelegramChannel  # half a second to import
    from bot.channels.telegram.client import open_bot

    bot = await stack.enter_async_context(
        open_bot(settings.telegram_bot_token, settings.telegram_api_base)
    )
    lookup = TelegramDesks(desks, database)
    secret = settings.telegram_webhook_secret
    return TelegramChannel(bot, receive, lookup, wording, secret, settings.ops_chat)


def open_whatsapp(
    settings: Settings,
    stack: AsyncExitStack,
    receive: Receive,
    database: Database,
    ring: KeyRing,
    wording: Wording,
    clock: Clock,
) -> "WhatsAppChannel | None":
    """Twilio needs a public address to bring messages to."""
    if not (settings.twilio_auth_token and settings.public_url):
        return None
    from bot.channels.whatsapp.channel import WhatsAppChannel  # the SDK takes a second to import

    channel = WhatsAppChannel(settings, receive, database, ring, wording, clock)
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

    def all_chats(self) -> list[str]:
        return [desk.chat for desk in self.desks.all() if desk.channel == "telegram"]

    async def case_of_message(self, desk: str, message: str) -> str | None:
        return await case_of_message(self.database, desk, message)

    async def moved(self, old: str, new: str) -> None:
        self.desks.move("telegram", old, new)

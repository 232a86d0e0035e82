"""The Telegram channel: one path from an update to the dispatcher, whatever brought the update."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.routing import BaseRoute
from telegram import Bot, Update
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.channels.order import Order
from bot.channels.receive import Receive
from bot.channels.telegram import clearing, files, moving, polling, webhook
from bot.channels.telegram.albums import AlbumReplies
from bot.channels.telegram.calls import call
from bot.channels.telegram.desk import DeskChat
from bot.channels.telegram.limits import DOWNLOAD_MAX, PATIENCE, RETRY_LATER
from bot.channels.telegram.receive import (
    DeskLookup,
    Heard,
    MovedGroup,
    Place,
    Stranger,
    private_text,
    understand,
)
from bot.channels.telegram.send import Sender
from bot.channels.telegram.typing_sign import Sign, typing_sign
from bot.channels.telegram.updates import Malformed, TryLater, parse
from bot.chat.delivery_errors import Busy, DeliveryError, Gone, Moved, Refused
from bot.chat.messages import Incoming, Outgoing
from bot.chat.text import join
from bot.chat.wording import Wording
from bot.store.conversations import Conflict

_STORE_DOWN = (OperationalError, InterfaceError, OSError, Conflict)
_log = logging.getLogger(__name__)


class TelegramChannel:
    """Webhook, polling, and the desks' side. ``secret`` is what the webhook's header must hold;
    ``ops_chat`` the operator's group, which is no desk and is not left."""

    def __init__(
        self,
        bot: Bot,
        receive: Receive,
        desks: DeskLookup,
        wording: Wording,
        secret: str,
        ops_chat: str = "",
    ) -> None:
        self._bot = bot
        self._receive = receive
        self._desks = desks
        self._wording = wording
        self._secret = secret
        self._ops_chat = ops_chat
        self._sender = Sender(bot, wording)
        self._order = Order()
        self._albums = AlbumReplies()
        self._name: str | None = None
        self.desk = DeskChat(bot, self._sender, wording)

    def routes(self) -> list[BaseRoute]:
        return webhook.routes(self.handle, self._secret)

    async def poll(self, stop: asyncio.Event) -> None:
        """Fetch and handle updates until ``stop``. Raises OperatorError for a wrong token."""
        await polling.poll(self._bot, self.handle, stop)

    async def send_to_desk(self, chat: str, message: Outgoing) -> str:
        """Put up a card; returns its message ids with commas between. Raises the delivery errors.

        Text of more than one message, and files, have an id each.
        """
        return await self.desk.send(chat, message)

    async def edit_at_desk(self, chat: str, message_id: str, message: Outgoing) -> None:
        """Change a card. Raises the delivery errors; Refused when it is gone or too old."""
        await self.desk.edit(chat, message_id, message)

    def fetch(self, reference: str, limit: int) -> AsyncIterator[bytes]:
        """The file behind an attachment (`bot.chat.files.Fetch`)."""
        return files.fetch(self._bot, reference, limit)

    async def tell(self, chat: str, message: Outgoing, edits: str | None) -> str:
        """Show a message, in place of ``edits`` where that still exists. Raises delivery errors."""
        if edits:
            try:
                await self.desk.edit(chat, edits, message)
            except Refused:
                pass  # deleted meanwhile: said anew
            else:
                return edits
        return await self.desk.send(chat, message)

    async def handle(self, raw: Any) -> None:
        """Handle one update as JSON: after this, its effects are committed and its replies sent.

        Raises Malformed for what is no update, TryLater when it must be brought again.
        """
        if heard := private_text(raw):
            async with self._order.turn(heard.place.chat):
                await self._handle(heard)
            return
        update = parse(raw, self._bot)
        chat = update.effective_chat
        answered = self._answer_press(update)
        try:
            async with self._order.turn(chat.id if chat else None):
                await self._handle(update)
        finally:
            if answered:
                await answered

    async def _handle(self, update: Update | Heard) -> None:
        try:
            heard = update if isinstance(update, Heard) else await self._understood(update)
            await self._serve(heard)
        except Busy as error:
            raise TryLater(error.seconds) from None
        except (Gone, Refused, Moved):
            return  # nobody there to tell
        except (DeliveryError, *_STORE_DOWN):
            raise TryLater(RETRY_LATER) from None
        except Malformed:
            raise
        except Exception as error:  # bringing it again would meet the same fault
            _log.error("An update could not be handled: %s", _where(error))

    async def _understood(self, update: Update) -> Heard | Stranger | MovedGroup | None:
        heard = await self._meant(update)
        if isinstance(heard, Stranger) and await self._is_ours(heard.place):
            return await self._meant(update)
        return heard

    async def _meant(self, update: Update) -> Heard | Stranger | MovedGroup | None:
        try:
            return await understand(update, self._desks, self._own_name)
        except (TypeError, ValueError, AttributeError):
            raise Malformed from None

    async def _is_ours(self, place: Place) -> bool:
        """Whether a group of ours became this chat without our having heard of it."""
        for old in filter(None, (*self._desks.all_chats(), self._ops_chat)):
            if new := await moving.new_chat(self._bot, old):
                await self._moved(old, new)
        return self._desks.desk_of(str(place.chat)) is not None

    async def _moved(self, old: str, new: str) -> None:
        if old == self._ops_chat:
            self._ops_chat = new
        await self._desks.moved(old, new)

    async def _own_name(self) -> str:
        if self._name is None:
            self._name = (await call(self._bot.get_me, PATIENCE)).username or ""
        return self._name

    async def _serve(self, heard: Heard | Stranger | MovedGroup | None) -> None:
        if isinstance(heard, Heard):
            if _too_big(heard.incoming):
                heard = await self._without_file(heard)
            if heard.incoming.text or heard.incoming.choice or heard.incoming.attachments:
                await self._dispatch(heard)
        elif isinstance(heard, Stranger):
            if str(heard.place.chat) != self._ops_chat:
                await self._leave(heard)
        elif isinstance(heard, MovedGroup):
            await self._moved(heard.old, heard.new)

    async def _without_file(self, heard: Heard) -> Heard:
        """Telegram keeps large files from bots; whoever sent one is told, and its text is heard."""
        said = Outgoing(self._wording.say("telegram.too_big"))
        await self._sender.reply(heard.place, [said], None, PATIENCE)
        return replace(heard, incoming=replace(heard.incoming, attachments=()))

    async def _dispatch(self, heard: Heard) -> None:
        async with typing_sign(self._bot, heard.place) as sign:

            async def send(replies: Sequence[Outgoing], known: Sequence[str]) -> list[str]:
                return await self._send(heard, replies, known, sign)

            try:
                await self._receive(heard.address, heard.event, heard.incoming, send)
            except (DeliveryError, *_STORE_DOWN):
                raise
            except Exception as error:  # a fault of ours must not stop this chat for good
                _log.error("A message could not be handled: %s", _where(error))
                apology = Outgoing(self._wording.say("telegram.trouble"))
                await self._sender.reply(heard.place, [apology], None, PATIENCE)

    async def _send(
        self, heard: Heard, replies: Sequence[Outgoing], known: Sequence[str], sign: Sign
    ) -> list[str]:
        """Send to whoever wrote. A desk never waits: Telegram brings its update again."""
        if any(reply.clears for reply in replies) and not heard.incoming.desk:
            replies = await self._cleared(heard, replies, known)
        if any(reply.files for reply in replies):
            sign.action = ChatAction.UPLOAD_DOCUMENT
        patience = 0 if heard.incoming.desk else PATIENCE
        earlier = self._albums.earlier(heard)
        if earlier is not None and len(replies) == 1:
            replies = [replace(replies[0], replaces=True)]
        ids = await self._sender.reply(heard.place, replies, earlier or heard.pressed, patience)
        self._albums.answered(heard, ids)
        return [str(id_) for id_ in ids]

    async def _cleared(
        self, heard: Heard, replies: Sequence[Outgoing], known: Sequence[str]
    ) -> list[Outgoing]:
        """Clear the chat; the replies then say what could not be deleted."""
        newest = int(heard.incoming.message) if heard.incoming.message else None
        whole = await clearing.clear(self._bot, heard.place.chat, known, newest)
        report = self._wording.say("telegram.cleared.whole" if whole else "telegram.cleared.partly")
        return [
            replace(reply, text=join([reply.text, report])) if reply.clears else reply
            for reply in replies
        ]

    async def _leave(self, stranger: Stranger) -> None:
        """Say why, where one may speak, and go."""
        try:
            if stranger.speak:
                text = Outgoing(self._wording.say("telegram.leave"))
                await self._sender.post(stranger.place, text)
        except DeliveryError:
            pass  # not allowed to speak there; leaving matters
        await call(lambda: self._bot.leave_chat(stranger.place.chat), PATIENCE)

    def _answer_press(self, update: Update) -> asyncio.Task[None] | None:
        """Stop the button's spinner while the answer is still being made."""
        query = update.callback_query
        return asyncio.create_task(self._answer(query.id)) if query else None

    async def _answer(self, query: str) -> None:
        try:
            await self._bot.answer_callback_query(query)
        except TelegramError:
            return  # too old, or slow: it is only the spinner


def _too_big(incoming: Incoming) -> bool:
    return any(file.size is not None and file.size > DOWNLOAD_MAX for file in incoming.attachments)


def _where(error: Exception) -> str:
    """The kind of an error and its place in the code, never its message."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {place}"

"""The WhatsApp channel: from a signed form to the dispatcher, and its replies by REST."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence

from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.datastructures import FormData
from starlette.routing import BaseRoute

from bot.channels.order import Order
from bot.channels.receive import Receive
from bot.channels.whatsapp import files, webhook
from bot.channels.whatsapp.client import open_client
from bot.channels.whatsapp.counts import SENT, Admission, Allowance, Counts
from bot.channels.whatsapp.half_sent import HalfSent, Sent
from bot.channels.whatsapp.handled import Handled
from bot.channels.whatsapp.receive import PREFIX, Heard, NoMessage, understand
from bot.channels.whatsapp.send import Pace, Sender
from bot.channels.whatsapp.templates import Templates
from bot.channels.whatsapp.traces import Records
from bot.chat.delivery_errors import (
    Busy,
    DeliveryError,
    Gone,
    Moved,
    Refused,
    Unreachable,
    Unsure,
)
from bot.chat.messages import Outgoing
from bot.chat.wording import Wording
from bot.clock import Clock
from bot.keys.ring import KeyRing
from bot.limits import (
    WHATSAPP_MEDIA_WAIT,
    WHATSAPP_PACE,
    WHATSAPP_RECORD_WAIT,
    WHATSAPP_SANDBOX_PACE,
    WHATSAPP_WEBHOOK_TIME,
)
from bot.settings import Settings
from bot.store.conversations import Conflict
from bot.store.engine import Database

SANDBOX = "whatsapp:+14155238886"
HANDLED, NO_MESSAGE, AGAIN = 200, 400, 503
_STORE_DOWN = (OperationalError, InterfaceError, OSError, Conflict)
_log = logging.getLogger(__name__)


def own_number(settings: Settings) -> str:
    """``TWILIO_WHATSAPP_FROM`` as Twilio writes it."""
    return PREFIX + settings.twilio_whatsapp_from.removeprefix(PREFIX).replace(" ", "")


class WhatsAppChannel:
    """Makes no call before the first message, so the process starts while Twilio is away."""

    def __init__(
        self,
        settings: Settings,
        receive: Receive,
        database: Database,
        ring: KeyRing,
        wording: Wording,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._receive = receive
        self._ring = ring
        self._wording = wording
        client, self._http = open_client(settings)
        self._counts = Counts(database, clock)
        self._allowance = Allowance(self._counts, clock)
        self._records = Records(database, ring, clock, client)
        self._order = Order()
        self._handled = Handled()
        self._half_sent = HalfSent()
        self._working: set[asyncio.Task[int]] = set()
        number = own_number(settings)
        in_sandbox = number == SANDBOX
        self._sender = Sender(
            client,
            number,
            settings.public_url + webhook.STATUS_PATH,
            settings.public_url,
            wording,
            Templates(client, wording, available=not in_sandbox),
            Pace(WHATSAPP_SANDBOX_PACE if in_sandbox else WHATSAPP_PACE),
            lambda: self._counts.add(SENT),
        )

    def routes(self) -> list[BaseRoute]:
        """`POST /whatsapp` and `POST /whatsapp/status`."""
        settings = self._settings
        return webhook.routes(
            self.handle, self.handle_status, settings.public_url, settings.twilio_auth_token
        )

    async def clean(self, stop: asyncio.Event) -> None:
        """Delete at Twilio what was handled, until ``stop``; run it beside the worker."""
        await self._records.run(stop)

    async def close(self) -> None:
        """Finish what is in hand, write the counts, and hang up."""
        if self._working:
            await asyncio.wait(self._working, timeout=WHATSAPP_WEBHOOK_TIME)
        try:
            await self._counts.settle(now=True)
        except _STORE_DOWN:
            _log.warning("The last counts could not be written")
        finally:
            await self._http.close()

    def fetch(self, reference: str, limit: int) -> AsyncIterator[bytes]:
        """`bot.chat.files.Fetch`; needs nothing but the settings, so any process may call it."""
        settings = self._settings
        auth = (settings.twilio_account_sid, settings.twilio_auth_token)
        return files.download(settings.twilio_api_base, auth, reference, limit)

    async def tell(self, chat: str, message: Outgoing, _edits: str | None) -> str:
        """Send a message that answers nothing; only within 24 hours of the person's last one.

        Returns the id of the last message, "" if Twilio refused it. Raises the delivery errors.
        """
        sent = Sent()
        to = PREFIX + (f"+{chat}" if chat.isdecimal() else chat)
        try:
            await self._sender.reply(to, [message], sent)
        finally:
            await self._records.remember(sent.sids, WHATSAPP_RECORD_WAIT)
        return sent.sids[-1] if sent.sids else ""

    async def handle(self, form: FormData) -> int:
        """Handle a signed form and return the HTTP status, always in time.

        What takes longer goes on; Twilio's repeat of the message waits for it and finds it done.
        """
        try:
            heard = understand(form, self._settings.twilio_api_base)
        except NoMessage:
            return NO_MESSAGE
        if heard is None or heard.event in self._handled:
            return HANDLED
        work = asyncio.create_task(self._handle(heard))
        self._working.add(work)
        work.add_done_callback(self._working.discard)
        await asyncio.wait({work}, timeout=WHATSAPP_WEBHOOK_TIME)
        return work.result() if work.done() else AGAIN

    async def handle_status(self, form: FormData) -> int:
        """Count what became of a message of ours; which one it was is not looked at."""
        self._counts.add_status(str(form.get("MessageStatus")), str(form.get("ErrorCode")))
        try:
            await self._counts.settle()
        except _STORE_DOWN:
            return HANDLED  # it is counted later
        return HANDLED

    async def _handle(self, heard: Heard) -> int:
        async with self._order.turn(heard.address):
            if heard.event in self._handled:
                return HANDLED
            try:
                await self._serve(heard)
            except (Gone, Refused, Moved):
                pass  # nobody there to tell
            except (DeliveryError, *_STORE_DOWN):
                return AGAIN
            except Exception as error:  # bringing it again would meet the same fault
                _log.error("A message could not be handled: %s", _where(error))
            self._handled.add(heard.event)
            return HANDLED

    async def _serve(self, heard: Heard) -> None:
        await self._counts.settle()
        tag = self._ring.sender_tag(str(heard.address))
        cleared: list[str] = []
        sent = self._half_sent.begin(heard.to)
        try:
            match self._allowance.admit(tag):
                case Admission.WELCOME:
                    await self._answer(heard, sent, cleared)
                case Admission.TELL:
                    await self._sender.reply(heard.to, [self._elsewhere()], sent)
        except (Busy, Unreachable, Unsure, *_STORE_DOWN):
            self._half_sent.failed(heard.to, sent)
            raise
        finally:
            self._allowance.spent(tag, sent.billed)
            await self._remember(heard, sent.sids, cleared)

    async def _answer(self, heard: Heard, sent: Sent, cleared: list[str]) -> None:
        if heard.notice:
            text = self._wording.say(f"whatsapp.{heard.notice}")
            await self._sender.reply(heard.to, [Outgoing(text)], sent)
            return

        async def send(replies: Sequence[Outgoing], known: Sequence[str]) -> list[str]:
            before = len(sent.sids)
            cleared.extend(known)
            await self._sender.reply(heard.to, replies, sent)
            return sent.sids[before:]

        try:
            await self._receive(heard.address, heard.event, heard.incoming, send, typed=True)
        except (DeliveryError, *_STORE_DOWN):
            raise
        except Exception as error:  # a fault of ours must not stop this chat for good
            _log.error("A message could not be handled: %s", _where(error))
            apology = Outgoing(self._wording.say("whatsapp.trouble"))
            await self._sender.reply(heard.to, [apology], sent)

    async def _remember(self, heard: Heard, sent: list[str], cleared: list[str]) -> None:
        """Both sides are deleted soon; a message with a file once the file can be fetched."""
        await self._records.remember(cleared, 0)
        if any(attachment.reference for attachment in heard.incoming.attachments):
            await self._records.remember([heard.event], WHATSAPP_MEDIA_WAIT)
            await self._records.remember(sent, WHATSAPP_RECORD_WAIT)
        else:
            await self._records.remember([heard.event, *sent], WHATSAPP_RECORD_WAIT)

    def _elsewhere(self) -> Outgoing:
        other = "web_telegram" if self._settings.telegram_bot_token else "web"
        text = self._wording.say(f"whatsapp.capped.{other}", web=self._settings.public_url)
        return Outgoing(text)


def _where(error: Exception) -> str:
    """The kind of an error and its place in the code, never its message."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {place}"

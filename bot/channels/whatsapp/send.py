"""Outgoing messages to REST calls, one after another, each counted because each is billed."""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from twilio.rest import Client

from bot.channels.whatsapp.calls import call
from bot.channels.whatsapp.half_sent import Sent
from bot.channels.whatsapp.rendering import together, written
from bot.channels.whatsapp.templates import Templates, fill
from bot.chat.delivery_errors import Refused
from bot.chat.messages import Outgoing
from bot.chat.text import join
from bot.chat.wording import Wording
from bot.limits import WHATSAPP_PATIENCE

_log = logging.getLogger(__name__)


class Pace:
    """At most one message in each interval, in the order in which they were asked for."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._next = 0.0

    async def turn(self) -> None:
        now = time.monotonic()
        start = max(now, self._next)
        self._next = start + self._interval
        if start > now:
            await asyncio.sleep(start - now)


@dataclass(frozen=True, slots=True)
class Sender:
    """``number`` is our own address at Twilio, ``web`` our address in a browser, ``count`` hears
    of each message that went out."""

    client: Client
    number: str
    status_url: str
    web: str
    wording: Wording
    templates: Templates
    pace: Pace
    count: Callable[[], None]

    async def reply(self, to: str, replies: Sequence[Outgoing], sent: Sent) -> None:
        """Send in order, adding each message to ``sent`` as soon as its id is known.

        What had arrived in an earlier try is left out. A reply that Twilio refuses for ever is
        skipped, else its chat would be stuck on it. Raises Busy, Unreachable, Unsure, Gone.
        """
        for message in together(replies):
            try:
                await self._send(to, self._without_files(message), sent)
            except Refused as error:
                _log.warning("Twilio refused a reply: %s", error.reason)

    async def _send(self, to: str, message: Outgoing, sent: Sent) -> None:
        if await self._interactive(to, message, sent):
            return
        for piece in written(message, self.wording):
            await self._create(to, sent, body=piece)

    async def _interactive(self, to: str, message: Outgoing, sent: Sent) -> bool:
        """Whether it went out with buttons or as a list."""
        filled = fill(message)
        sid = await self.templates.sid(filled.kind) if filled else None
        if not filled or not sid:
            return False
        try:
            variables = json.dumps(filled.variables)
            await self._create(to, sent, content_sid=sid, content_variables=variables)
        except Refused as error:
            _log.warning("Twilio refused a template: %s", error.reason)
            self.templates.refused()
            return False
        return True

    async def _create(self, to: str, sent: Sent, **content: str) -> None:
        written = json.dumps(content)
        if sent.again(written):
            return

        async def create() -> Any:
            await self.pace.turn()
            return await self.client.messages.create_async(
                to=to, from_=self.number, status_callback=self.status_url, **content
            )

        message = await call(create, WHATSAPP_PATIENCE)
        sent.add(written, str(message.sid))
        self.count()

    def _without_files(self, message: Outgoing) -> Outgoing:
        """Twilio fetches files from public addresses, which we never give to a file."""
        if not message.files:
            return message
        text = join([message.text, self.wording.say("whatsapp.file", web=self.web)])
        return Outgoing(text, message.choices)

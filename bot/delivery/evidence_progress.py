"""Telling a chat how far its files are: one message, edited as each is done.

What was told is kept in memory only. Where messages cannot be edited and each is billed
(WhatsApp), there is one when all are done, and one for each that cannot be used.
"""

import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.chat.delivery_errors import DeliveryError
from bot.chat.messages import Address, Outgoing
from bot.chat.text import Text, join
from bot.chat.wording import Wording
from bot.clock import Clock
from bot.limits import EVIDENCE_PROGRESS_WINDOW

_log = logging.getLogger(__name__)
_REMEMBERED = 1_000


class Tell(Protocol):
    async def __call__(self, chat: str, message: Outgoing, edits: str | None, /) -> str:
        """Show a message in a chat, in place of the message ``edits`` where that can be done.

        Returns the id of the message that shows it now. Raises `DeliveryError`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Teller:
    """How a channel is told; ``edits``: a message can be changed and costs nothing."""

    tell: Tell
    edits: bool


@dataclass(slots=True)
class _Told:
    """What a chat's message says."""

    at: float
    lines: list[Text] = field(default_factory=list, repr=False)
    message: str | None = None


class Progress:
    def __init__(self, tellers: Mapping[str, Teller], wording: Wording, clock: Clock) -> None:
        self._tellers = tellers
        self._wording = wording
        self._clock = clock
        self._told: OrderedDict[Address, _Told] = OrderedDict()

    async def done(self, address: Address, kind: str, reason: str, pending: int) -> str | None:
        """One more file is ready, or refused for ``reason``; ``pending`` of the chat still wait.

        Returns the id of a message that is new in the chat. Whoever cannot be reached now sees it
        in the review.
        """
        teller = self._tellers.get(address.channel)
        if teller is None:
            return None
        told = self._current(address)
        told.lines.append(self._line(kind, reason))
        if not (teller.edits or reason or not pending):
            return None
        before = told.message if teller.edits else None
        try:
            now = await teller.tell(address.chat, self._message(told, pending), before)
        except DeliveryError as error:
            _log.warning("progress was not told: %s", type(error).__name__)
            return None
        if not teller.edits:
            del self._told[address]
        told.message = now
        return now if now != before else None

    def _current(self, address: Address) -> _Told:
        now = self._clock.now()
        told = self._told.get(address)
        if told is None or now - told.at > EVIDENCE_PROGRESS_WINDOW:
            told = self._told[address] = _Told(now)
        told.at = now
        self._told.move_to_end(address)
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        return told

    def _line(self, kind: str, reason: str) -> Text:
        say = self._wording.say
        known = self._wording.has(f"evidence.kind.{kind}")
        named = self._wording.plain(f"evidence.kind.{kind if known else 'document'}")
        if reason:
            return say("evidence.progress.refused", kind=named, reason=say(f"evidence.{reason}"))
        return say("evidence.progress.ready", kind=named)

    def _message(self, told: _Told, pending: int) -> Outgoing:
        lines = [self._wording.say("evidence.progress.title"), *told.lines]
        if pending:
            lines.append(self._wording.say("evidence.progress.waiting", count=str(pending)))
        return Outgoing(join(lines, "\n"))

"""Conversations as lists of what people say and what they see."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from bot.app import App
from bot.chat.messages import Address, AtDesk, Attachment, Choice, Incoming, Outgoing
from bot.chat.typed import letters
from bot.clock import SetClock
from bot.delivery.view import PlainDesk
from bot.delivery.worker import Worker

_events = count()
_TYPED = ("whatsapp", "terminal")  # where choices are letters to type


@dataclass
class Person:
    """Somebody who writes on a channel; sees messages, presses buttons, can be cut off."""

    app: App
    channel: str = "telegram"
    chat: str = "1001"
    screen: list[Outgoing] = field(default_factory=list)
    offline: bool = False

    async def says(self, text: str, event: str | None = None) -> str:
        """Write; returns everything that came back, as one text."""
        return await self._send(Incoming(text, channel=self.channel), event)

    async def presses(self, label: str, event: str | None = None) -> str:
        """Press a button of the last message that has it."""
        choice = self._find(label).data
        return await self._send(Incoming(choice=choice, channel=self.channel), event)

    async def picks(self, label: str, event: str | None = None) -> str:
        """Choose as the channel lets people choose: a button, or a letter of the last menu."""
        if self.channel not in _TYPED:
            return await self.presses(label, event)
        wanted = self._find(label)
        menu = next(m.choices for m in reversed(self.screen) if m.choices)
        letter = next((key for key, c in letters(menu) if c == wanted), wanted.label)
        return await self.says(letter, event)

    def _find(self, label: str) -> Choice:
        """The newest choice whose label begins so."""
        return next(
            choice
            for message in reversed(self.screen)
            for choice in message.choices
            if choice.label.casefold().startswith(label.casefold())
        )

    async def sends(self, kind: str, text: str = "", event: str | None = None) -> str:
        """A file, a sticker, a place on the map … with the words beside it."""
        number = next(_events)
        attachment = Attachment(kind, "" if kind == "other" else f"file-{number}", 1_000)
        incoming = Incoming(text, attachments=(attachment,), channel=self.channel)
        return await self._send(incoming, event)

    async def repeats(self, what: str) -> str:
        """Press a button that is no longer there; ``0`` is the first "kirim" that was shown."""
        sending = (c.data for m in self.screen for c in m.choices if c.data.startswith("tip:send:"))
        return await self.sends_choice(next(sending) if what == "0" else what)

    async def sends_choice(self, data: str, event: str | None = None) -> str:
        """Press a button that need not be on the screen."""
        return await self._send(Incoming(choice=data, channel=self.channel), event)

    async def _send(self, incoming: Incoming, event: str | None) -> str:
        before = len(self.screen)
        address = Address(self.channel, self.chat)
        await self.app.dispatcher.receive(
            address,
            event or f"e{next(_events)}",
            incoming,
            self._receive,
            typed=self.channel in _TYPED,
        )
        return self.sees(before)

    async def _receive(self, replies: Sequence[Outgoing], _known: Sequence[str]) -> list[str]:
        if self.offline:
            raise ConnectionError
        self.screen += replies
        return [str(len(self.screen))]

    def sees(self, since: int = 0) -> str:
        return "\n".join(str(message.text) for message in self.screen[since:])

    def labels(self) -> list[str]:
        """The buttons of the last message."""
        return [choice.label for choice in self.screen[-1].choices]

    @property
    def receipt(self) -> str:
        """The six words that were shown."""
        return next(str(message.text) for message in self.screen if message.secret)


@dataclass
class Room:
    """The desk: what the worker delivered, and a moderator who answers."""

    app: App
    clock: SetClock
    moderator: str = "demo"
    cards: list[Outgoing] = field(default_factory=list)
    replies: list[Outgoing] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._platform = PlainDesk(self._card, self._edit)
        self._worker = Worker(
            self.app.database,
            self.app.ring,
            self.app.ports.desks,
            {"web": self._platform, "telegram": self._platform},
            self.app.view,
            self.app.files,
            self.clock,
            self.app.ports.similar,
        )

    async def _card(self, _chat: str, message: Outgoing, /) -> str:
        self.cards.append(message)
        return str(len(self.cards))

    async def _edit(self, _chat: str, message_id: str, message: Outgoing, /) -> None:
        self.cards[int(message_id) - 1] = message

    async def waits(self, seconds: int = 600) -> None:
        """Let time pass and the worker deliver all that is due."""
        self.clock.seconds += seconds
        while await self._worker.step():
            self.clock.seconds += 3

    async def presses(self, label: str) -> str:
        choice = next(c.data for c in self.cards[-1].choices if c.label == label)
        return await self._send(Incoming(choice=choice, channel="web", desk=self._here()))

    async def says(self, text: str) -> str:
        return await self._send(Incoming(text, channel="web", desk=self._here()))

    def _here(self) -> AtDesk:
        return AtDesk("demo", self.moderator)

    async def _send(self, incoming: Incoming) -> str:
        before = len(self.replies)
        address = Address("web", f"ruang:demo:{self.moderator}")
        await self.app.dispatcher.receive(address, f"d{next(_events)}", incoming, self._receive)
        return "\n".join(str(message.text) for message in self.replies[before:])

    async def _receive(self, replies: Sequence[Outgoing], _known: Sequence[str]) -> list[str]:
        for reply in replies:
            if reply.replaces and self.cards:
                self.cards[-1] = reply
        self.replies += replies
        return [str(len(self.replies))]

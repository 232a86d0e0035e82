"""What the worker needs from others: how cases look, and how a desk's platform is spoken to."""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, Protocol

from bot.chat.delivery_errors import Refused
from bot.chat.messages import Choice, Outgoing
from bot.chat.text import Text
from bot.store.cases import CaseRow

Content = dict[str, Any]


class DeskView(Protocol):
    """How a desk is shown its cases (`handlers.desk.view`)."""

    def message(self, case: CaseRow, sequence: int, content: Content, /) -> Outgoing:
        """0 the card, -1 the notice of a withdrawal, else an addition."""
        ...

    async def card(self, case: CaseRow, /) -> Outgoing | None:
        """The card as it is now; None when its content is erased."""
        ...

    def headline(self, case: CaseRow, content: Content, /) -> Text:
        """One line of a digest."""
        ...

    def open_button(self, case: CaseRow, /) -> Choice: ...

    def quarantine_button(self) -> Choice:
        """Shows what is in quarantine, the complete ones first."""
        ...

    def is_complete(self, content: Content, /) -> bool:
        """Whether the tip has all that makes it checkable."""
        ...

    def compared(self, content: Content, /) -> tuple[str, tuple[Hashable, ...]]:
        """What copies of it have in common: nearly the text, and exactly the facts."""
        ...

    def say(self, key: str, /, **fields: str | Text) -> Text:
        """A text of the wording."""
        ...


class DeskSender(Protocol):
    """A platform on which desks live. Everything raises `DeliveryError`."""

    async def send(self, chat: str, message: Outgoing, /) -> str:
        """Put a message up; returns its ids with commas between."""
        ...

    async def edit(self, chat: str, message_id: str, message: Outgoing, /) -> None:
        """Show something else in a message. Raises Refused where it is gone or too old."""
        ...

    async def open_topic(self, chat: str, name: str, /) -> str:
        """A new topic; returns the chat's name for what belongs into it."""
        ...


@dataclass(frozen=True, slots=True)
class PlainDesk:
    """A platform without topics, from the functions that send and edit."""

    send_to: Callable[[str, Outgoing], Awaitable[str]]
    edit_at: Callable[[str, str, Outgoing], Awaitable[None]]

    async def send(self, chat: str, message: Outgoing, /) -> str:
        return await self.send_to(chat, message)

    async def edit(self, chat: str, message_id: str, message: Outgoing, /) -> None:
        await self.edit_at(chat, message_id, message)

    async def open_topic(self, _chat: str, _name: str, /) -> str:
        raise Refused("no topics here")

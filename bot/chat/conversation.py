"""The state of one chat, and what a handler makes of a message."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, Self, TypeVar

from bot.chat.addressed import AddressedEffect
from bot.chat.messages import Incoming, Outgoing
from bot.store.effects import Effect

_REMEMBERED = ("actor", "tries")  # for whom the answers are; when wrong receipts were tried


@dataclass(frozen=True, slots=True)
class State:
    """Which flow a chat is in, at which step, and what was said so far (JSON values only)."""

    flow: str = ""
    step: str = ""
    data: dict[str, Any] = field(default_factory=dict, repr=False)

    def at(self, step: str, **data: Any) -> Self:
        """The same flow at another step, with data added."""
        return replace(self, step=step, data={**self.data, **data})

    def ended(self) -> Self:
        """Outside every flow; only what is remembered for the day stays."""
        return type(self)(data={k: v for k, v in self.data.items() if k in _REMEMBERED})

    @property
    def idle(self) -> bool:
        return not self.flow and not self.data


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a handler decided: the next state, what to say, and what to record."""

    state: State
    replies: tuple[Outgoing, ...] = ()
    effects: tuple[Effect | AddressedEffect, ...] = ()


Ports = TypeVar("Ports")
Handler = Callable[[State, Incoming, Ports], Awaitable[Outcome]]

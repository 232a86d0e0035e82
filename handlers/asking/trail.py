"""What rides in the buttons of a question, because a question outside a form writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from bot.chat.messages import Choice, Outgoing
from bot.knowledge.topics import ACTORS, PHASES

_RIDING = ("t", "not", "none", "who", "as")


@dataclass(frozen=True, slots=True)
class Trail:
    """How many clarifications came before, and the actor and phase that the message stated.

    At the end of a choice's data, as ``:count:actor:phase`` (places in their lists), at most eight
    characters; nothing at all while there is nothing to tell.
    """

    clarified: int = 0
    actor: str = ""
    phase: str = ""

    @classmethod
    def read(cls, parts: Sequence[str]) -> Self:
        """From the parts behind a choice's own; what is missing or strange counts as unknown."""
        count, actor, phase = (*parts, "", "", "")[:3]
        clarified = int(count) if count.isdecimal() else 0
        return cls(clarified, _named(ACTORS, actor), _named(PHASES, phase))

    def further(self) -> Self:
        """One clarification later."""
        return replace(self, clarified=self.clarified + 1)

    def on(self, said: Outgoing) -> Outgoing:
        """The message, with the trail in those of its choices that lead on."""
        return replace(said, choices=tuple(self._with(choice) for choice in said.choices))

    def _with(self, choice: Choice) -> Choice:
        if self == Trail() or choice.data.split(":")[0] not in _RIDING:
            return choice
        return replace(choice, data=choice.data + self._tail())

    def _tail(self) -> str:
        places = (_place(ACTORS, self.actor), _place(PHASES, self.phase))
        return ":".join(["", str(self.clarified), *places])


def _named(names: Sequence[str], place: str) -> str:
    return names[int(place)] if place.isdecimal() and int(place) < len(names) else ""


def _place(names: Sequence[str], name: str) -> str:
    return str(names.index(name)) if name in names else ""

"""A case goes to another desk: by a moderator's hand, or because its desk is no longer there."""

from dataclasses import dataclass
from typing import Any

from bot.clock import Clock
from bot.desks.casebook import Casebook
from bot.desks.routes import Desk, Desks
from bot.keys.ring import KeyRing
from bot.store.cases import WITHDRAWN, CaseRow
from bot.store.effects import QUESTION, MoveCase

SYSTEM = "sistem"  # who moved it when no moderator did


@dataclass(frozen=True, slots=True)
class Mover:
    casebook: Casebook
    desks: Desks
    ring: KeyRing
    clock: Clock

    async def move(
        self, case: CaseRow, to: Desk, moderator: str, action: str = "move"
    ) -> MoveCase | None:
        """Everything of a case sealed for another desk; None when it can no longer be opened."""
        messages = await self.casebook.resealed(case, to.id)
        if messages is None:
            return None
        return MoveCase(
            case.id,
            case.version,
            case.desk,
            to.id,
            self.ring.month(),
            moderator,
            str(self.clock.today()),
            int(self.clock.now()),
            messages,
            action,
        )

    async def rerouted(
        self, case: CaseRow, content: dict[str, Any] | None = None
    ) -> MoveCase | None:
        """A case whose desk vanished, is unreachable or unattended, sealed for the next attended
        desk upward. ``content``: the tip as opened by the caller, read here when it is not given.

        None when there is no such desk (try again later), or nothing to bring (withdrawn, erased).
        """
        if case.status == WITHDRAWN:
            return None
        content = content if content and "place" in content else await self.casebook.content(case)
        if content is None:
            return None
        to = await self._next(case, content)
        return await self.move(case, to, SYSTEM, "reroute") if to else None

    async def nearby(self, case: CaseRow, content: dict[str, Any]) -> list[Desk]:
        """The desks on a tip's own way to which a moderator may move it."""
        category = content.get("special") or content.get("category")
        ways = (self.desks.readers(content["place"], kind) for kind in (category, None))
        on_the_way = {desk.id for way in ways for desk in way}
        return [desk for desk in await self.anywhere(case) if desk.id in on_the_way]

    async def anywhere(self, case: CaseRow) -> list[Desk]:
        """Every attended desk to which a tip may go at all: never one nearer to the place than its
        own, because whoever chose the province had a reason."""
        own = self.desks.get(case.desk)
        reach = own.reach if own else 0
        others = [d for d in self.desks.all() if d.kind == "tip" and d.id != case.desk]
        attended = await self.casebook.attended_among([desk.id for desk in others])
        return [d for d in others if d.id in attended and d.reach >= reach]

    async def _next(self, case: CaseRow, content: dict[str, Any]) -> Desk | None:
        attended = await self.casebook.attended_among([desk.id for desk in self.desks.all()])
        if case.kind == QUESTION:
            others = (d for d in self.desks.all() if d.kind == "curator" and d.id != case.desk)
            return next((d for d in others if d.id in attended), None)
        category = content.get("special") or content.get("category")
        return self.desks.parent_of(case.desk, content["place"], category, attended)

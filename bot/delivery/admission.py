"""What becomes of a tip before it is shown: a copy joins its first, a flood goes to quarantine."""

from bot.clock import Clock
from bot.delivery.memory import DeskMemory, Memories
from bot.delivery.parcel import Parcel
from bot.delivery.view import DeskView
from bot.desks.actions import expiry_after
from bot.desks.casebook import Casebook
from bot.desks.similar import Similar
from bot.keys.ring import KeyRing
from bot.limits import FLOOD_COMPLETE, FLOOD_SHOWN
from bot.store import copies, outbox
from bot.store.effects import EXERCISE, MAIN, QUARANTINE, TIP, CountAtDesk
from bot.store.engine import Database
from bot.store.outbox import Receipt


class Admission:
    def __init__(
        self,
        database: Database,
        ring: KeyRing,
        casebook: Casebook,
        similar: Similar,
        memories: Memories,
        view: DeskView,
        clock: Clock,
    ) -> None:
        self._database = database
        self._ring = ring
        self._casebook = casebook
        self._similar = similar
        self._memories = memories
        self._view = view
        self._clock = clock

    def receipt(self, parcel: Parcel) -> Receipt:
        """What is recorded with every tip that arrives: exercises are never counted."""
        case, category = parcel.case, parcel.content.get("category")
        counts = case.kind == TIP and case.lane != EXERCISE and case.delivered is None
        week = self._ring.week()
        count = CountAtDesk(case.desk, week, "category", str(category)) if counts else None
        return Receipt(str(self._clock.today()), count)

    async def admit(self, parcel: Parcel) -> bool:
        """Whether the desk is to be shown this; False when it is dealt with already."""
        if parcel.case.lane == EXERCISE:
            return True
        memory = self._memories.of(parcel.case.desk, self._clock.now())
        if parcel.case.lane == QUARANTINE:
            await self._put_aside(parcel, memory)
            return False
        if await self._is_copy(parcel, memory):
            return False
        if self._floods(parcel, memory):
            await self._put_aside(parcel, memory)
            return False
        return True

    def shown(self, parcel: Parcel) -> None:
        """The desk was shown this."""
        if parcel.case.lane == MAIN:
            now = self._clock.now()
            self._memories.of(parcel.case.desk, now).shown.append(now)

    def _floods(self, parcel: Parcel, memory: DeskMemory) -> bool:
        shown = memory.shown_lately(self._clock.now())
        if shown < FLOOD_SHOWN:
            return False
        return shown >= FLOOD_COMPLETE or not self._view.is_complete(parcel.content)

    async def _put_aside(self, parcel: Parcel, memory: DeskMemory) -> None:
        receipt = self.receipt(parcel)
        aside = Receipt(receipt.day, receipt.count, lane=QUARANTINE)
        await outbox.finish(self._database, parcel.job, aside)
        memory.flooded, memory.flood_seen = True, self._clock.now()

    async def _is_copy(self, parcel: Parcel, memory: DeskMemory) -> bool:
        """Copies join the first; one that brings files is shown, for the sake of the files."""
        case, now = parcel.case, self._clock.now()
        text, facts = self._view.compared(parcel.content)
        signature = self._memories.signer.sign(text, *facts) if case.kind == TIP else None
        if signature is None:
            return False
        first = memory.likeness.first_like(signature, now)
        if first == case.id:
            return False  # tried again
        tag = self._casebook.sender_of(case)
        if first and not parcel.content.get("files"):
            expires = expiry_after("merge", case, self._clock.today()) or case.expires
            receipt = self.receipt(parcel)
            if await copies.merge(self._database, parcel.job, first, receipt, expires):
                memory.likeness.remember(first, signature, now)
                self._similar.add(first, case.code, tag)
                memory.outdated[first] = None
                return True
            memory.likeness.drop(first)
        memory.likeness.remember(case.id, signature, now)
        self._similar.begin(case.id, tag)
        return False

"""What a desk is told besides tips: copies on their first card, the quarantine, the morning."""

import logging
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError

from bot.chat.delivery_errors import Busy, Refused
from bot.chat.messages import Outgoing
from bot.clock import Clock
from bot.delivery.digest import Digests
from bot.delivery.memory import DeskMemory, Memories
from bot.delivery.quiet import is_morning
from bot.delivery.steps import CARD, DIGEST, Steps
from bot.delivery.summary import Summary
from bot.delivery.view import DeskView
from bot.desks.actions import OPEN
from bot.desks.casebook import Casebook
from bot.desks.routes import Desk, Desks
from bot.limits import FLOOD_OVER, QUARANTINE_EVERY, SIMILAR_EVERY
from bot.store import desk_board, desk_reads, desk_turns
from bot.store.cases import CaseRow
from bot.store.desk_turns import Worker
from bot.store.engine import Database

_SUMMARY_EVERY = 60.0
_RENEW_EVERY = 10.0
_log = logging.getLogger(__name__)


Chore = Callable[[Desk, DeskMemory], Awaitable[bool]]
"""Says or edits something at a desk; whether anything was sent."""


class Chores:
    """Each is done in a turn of its desk, between deliveries, and seldom."""

    def __init__(
        self,
        database: Database,
        casebook: Casebook,
        desks: Desks,
        memories: Memories,
        view: DeskView,
        steps: Steps,
        clock: Clock,
        worker: Worker,
        interval: int,
    ) -> None:
        self._database = database
        self._casebook = casebook
        self._desks = desks
        self._memories = memories
        self._view = view
        self._steps = steps
        self._clock = clock
        self._worker = worker
        self._interval = interval
        self._digests = Digests(database, casebook, view)
        self._summary = Summary(database, view, clock)
        self._renewed = self._looked = self._recounted = 0.0

    async def step(self) -> bool:
        """Do what is due, one message at most; whether one was sent."""
        now = self._clock.now()
        await self._keep_desks(now)
        await self._recount(now)
        for name, memory in self._memories.all():
            desk = self._desks.get(name)
            for chore in self._due(memory, now) if desk else ():
                if desk and await self._in_turn(desk, chore):
                    return True
        return await self._morning(now)

    async def close(self) -> None:
        """Another worker may take the desks at once; it says what is forgotten by that."""
        remembered = [name for name, memory in self._memories.all() if not memory.is_empty]
        await desk_turns.let_go_of_all(self._database, self._worker, remembered)

    def _due(self, memory: DeskMemory, now: float) -> list[Chore]:
        due: list[Chore] = []
        if memory.outdated and now >= memory.edited + SIMILAR_EVERY:
            due.append(self._show_copies)
        if memory.flooded and now >= memory.counted + QUARANTINE_EVERY:
            due.append(self._show_quarantine)
        if memory.flood_seen and now >= memory.flood_seen + FLOOD_OVER:
            due.append(self._offer_back)
        return due

    async def _keep_desks(self, now: float) -> None:
        if now < self._renewed + _RENEW_EVERY:
            return
        self._renewed = now
        past = self._memories.past(now)
        if past:
            await desk_turns.let_go(self._database, self._worker, past, nothing_lost=True)
        for desk in past:
            self._memories.forget(desk)
        if not self._worker.alone and any(self._memories.all()):
            await desk_turns.renew(self._database, self._worker, int(now))

    async def _in_turn(self, desk: Desk, chore: Chore) -> bool:
        """Do a chore in a turn of the desk; False when the turn is not ours, or nothing was sent.

        What the platform refuses is left: each of these is said again with the next change.
        """
        now = int(self._clock.now())
        taken = (desk.id, now, self._interval, self._worker)
        lost = await desk_turns.take_for_chore(self._database, *taken)
        if lost is None:
            return False
        memory = self._memories.of(desk.id, now)
        memory.lost |= lost
        try:
            if not await chore(desk, memory):
                return False
        except Busy as error:
            await desk_turns.next_turn(self._database, desk.id, now + round(error.seconds) + 1)
            return True
        except SQLAlchemyError:
            raise
        except Exception as error:  # one desk stops no other
            _log.warning("a desk could not be told: %s", type(error).__name__)
        await desk_turns.had(self._database, desk.id, self._clock.now(), 1, self._interval)
        return True

    # Copies

    async def _show_copies(self, desk: Desk, memory: DeskMemory) -> bool:
        """Bring one first card, or the digest that it is in, up to date."""
        memory.edited = self._clock.now()
        case_id = next(iter(memory.outdated))
        del memory.outdated[case_id]
        case = await self._casebook.by_id(case_id)
        shown = await self._first_message(desk, case) if case else None
        if shown is None:
            return False
        message, content = shown
        try:
            await self._steps.sender(desk).edit(desk.chat, message, content)
        except Refused:
            return False  # too old or gone; the card names its copies when it is opened
        return True

    async def _first_message(self, desk: Desk, case: CaseRow) -> tuple[str, Outgoing] | None:
        """The card, where it is one message; else the digest, with every case as it is now."""
        cards = await desk_reads.put_up(self._database, case.id, desk.id, CARD)
        if len(cards) == 1 and (card := await self._view.card(case)):
            return cards[0], card
        digests = await desk_reads.put_up(self._database, case.id, desk.id, DIGEST)
        if cards or len(digests) != 1:
            return None
        shown = await self._digests.now(desk.id, digests[0])
        return (digests[0], shown) if shown else None

    # Quarantine

    async def _show_quarantine(self, desk: Desk, memory: DeskMemory) -> bool:
        """One message a day, edited as the count changes."""
        memory.counted, memory.flooded = self._clock.now(), False
        count = await desk_board.in_quarantine(self._database, desk.id, OPEN)
        memory.board = count
        day = str(self._clock.today())
        text = self._view.say("digest.quarantine", count=str(count))
        message = Outgoing(text, (self._view.quarantine_button(),), silent=True)
        known = await desk_board.board(self._database, desk.id, day)
        if known is not None:
            try:
                await self._steps.sender(desk).edit(desk.chat, known, message)
            except Refused:
                known = None
        if known is None:
            sent = await self._steps.say(desk, desk.chat, message)
            await desk_board.put_board(self._database, desk.id, sent, day)
        return True

    async def _recount(self, now: float) -> None:
        """What moderators take out changes the count too."""
        if now < self._recounted + QUARANTINE_EVERY:
            return
        self._recounted = now
        for desk, memory in self._memories.all():
            if memory.board is not None and not memory.flooded:
                count = await desk_board.in_quarantine(self._database, desk, OPEN)
                memory.flooded = count != memory.board

    async def _offer_back(self, desk: Desk, memory: DeskMemory) -> bool:
        """After a flood, once: what is true in it shall not stay hidden."""
        memory.flood_seen = 0
        count = await desk_board.in_quarantine(self._database, desk.id, OPEN)
        if count:
            text = self._view.say("digest.calm", count=str(count))
            offer = Outgoing(text, (self._view.quarantine_button(),))
            await self._steps.say(desk, desk.chat, offer)
        return bool(count)

    # The morning

    async def _morning(self, now: float) -> bool:
        if now < self._looked + _SUMMARY_EVERY:
            return False
        self._looked = now
        day = str(self._clock.today())
        waiting = await desk_turns.without_summary(self._database, day)
        desks = [desk for desk in self._desks.all() if desk.id in waiting]
        return any(
            [await self._in_turn(d, self._summarise) for d in desks if is_morning(d, self._clock)]
        )

    async def _summarise(self, desk: Desk, memory: DeskMemory) -> bool:
        day = str(self._clock.today())
        if desk.id not in await desk_turns.without_summary(self._database, day):
            return False
        message = await self._summary.of(desk, forgot=memory.lost)
        if message is not None:
            await self._steps.say(desk, desk.chat, message)
            memory.lost = False
        await desk_turns.had_summary(self._database, desk.id, day)
        return message is not None

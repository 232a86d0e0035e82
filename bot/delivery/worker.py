"""The worker: takes due jobs from the outbox, delivers them to desks, and records each step."""

import asyncio
import logging
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from bot.chat.delivery_errors import Busy, Gone, Moved, Refused, Unreachable
from bot.clock import Clock
from bot.delivery.admission import Admission
from bot.delivery.chores import Chores
from bot.delivery.digest import digest
from bot.delivery.escalation import Escalation
from bot.delivery.files import FileReader
from bot.delivery.memory import Memories
from bot.delivery.parcel import Parcel, opened
from bot.delivery.steadily import steadily
from bot.delivery.steps import CARD, DIGEST, Steps
from bot.delivery.view import DeskSender, DeskView
from bot.desks.actions import OPEN
from bot.desks.casebook import Casebook
from bot.desks.moving import Mover
from bot.desks.routes import Desk, Desks
from bot.desks.similar import Similar
from bot.keys.ring import KeyRing
from bot.limits import (
    DIGEST_AFTER,
    DIGEST_SIZE,
    GROUP_INTERVAL,
    TURN_READS,
)
from bot.store import cases, copies, desk_board, desk_turns, outbox
from bot.store.cases import WITHDRAWAL, Conflict
from bot.store.desk_turns import Worker as Holder
from bot.store.effects import EXERCISE, QUARANTINE
from bot.store.engine import Database
from bot.store.ids import new_id
from bot.store.outbox import REMINDERS, Job, Receipt

Done = TypeVar("Done")
_log = logging.getLogger(__name__)
_IN_HAND = 5  # seconds to wait for another delivery of the same case


class Worker:
    def __init__(
        self,
        database: Database,
        ring: KeyRing,
        desks: Desks,
        senders: Mapping[str, DeskSender],
        view: DeskView,
        files: FileReader,
        clock: Clock,
        similar: Similar | None = None,
        interval: int = GROUP_INTERVAL,
    ) -> None:
        """``similar`` is where others read how often a tip came again; ``interval`` the shortest
        time, in seconds, between two messages at a desk."""
        self._database = database
        self._ring = ring
        self._desks = desks
        self._view = view
        self._clock = clock
        self._interval = interval
        self._holder = Holder(new_id(), alone=database.is_sqlite)
        self._memories = Memories()
        casebook = Casebook(database, ring)
        self._mover = Mover(casebook, desks, ring, clock)
        self._steps = Steps(database, desks, senders, view, clock, files)
        self._escalation = Escalation(database, casebook, desks, view, clock)
        self._admission = Admission(
            database, ring, casebook, similar or Similar(), self._memories, view, clock
        )
        self._chores = Chores(
            database,
            casebook,
            desks,
            self._memories,
            view,
            self._steps,
            clock,
            self._holder,
            interval,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until told to stop; what is in hand is finished first."""
        await steadily(self.step, stop)
        try:
            await self._chores.close()
        except (SQLAlchemyError, OSError):
            _log.warning("desks are held a little longer")  # until their leases end

    async def step(self) -> bool:
        """Do one desk's turn; False when nothing was due."""
        told = await self._chores.step()
        now = int(self._clock.now())
        job = await outbox.claim(self._database, now, self._interval, self._holder)
        if job is None:
            return told
        if job.memory_lost:
            self._memories.of(job.desk, now).lost = True
        await self._guarded([job], self._turn(job))
        return True

    async def _turn(self, job: Job) -> None:
        desk = self._desks.get(job.desk)
        if desk is None:
            raise Gone
        self._steps.sender(desk)
        if job.sequence == WITHDRAWAL and await outbox.has_others(self._database, job):
            # its card may be on the way; the notice comes after it
            await outbox.put_back(self._database, job, self._clock.now() + _IN_HAND)
            await self._give_back(desk)
        elif job.sequence in REMINDERS:
            if await self._escalation.remind(desk, job, self._steps):
                await self._had(desk.id, 1)
            else:
                await self._give_back(desk)
        elif job.sequence == 0 and not job.steps:
            await self._new_tips(desk, job)
        elif parcel := await self._opened(job):
            await self._next_step(desk, parcel)

    # New tips

    async def _new_tips(self, desk: Desk, job: Job) -> None:
        """One card, or headlines where many wait; what is no longer to be shown costs no turn."""
        lot = await self._gathered(desk, job)
        jobs = [parcel.job for parcel in lot]
        if not lot:
            await self._give_back(desk)
        elif len(lot) == 1:
            await self._guarded(jobs, self._next_step(desk, lot[0]))
        else:
            await self._guarded(jobs, self._digest(desk, lot))

    async def _gathered(self, desk: Desk, job: Job) -> list[Parcel]:
        """The tips of one turn: those that are to be shown, at most `DIGEST_SIZE`."""
        now = int(self._clock.now())
        crowded = await outbox.waiting_tips(self._database, desk.id, now) >= DIGEST_AFTER
        wanted = DIGEST_SIZE if crowded else 1
        lot: list[Parcel] = []
        for _ in range(TURN_READS):
            parcel = await self._guarded([job], self._admitted(job))
            if parcel:
                lot.append(parcel)
            if len(lot) >= wanted or (parcel and parcel.case.lane == EXERCISE):
                break
            another = await outbox.claim_another(self._database, desk.id, now)
            if another is None:
                break
            job = another
        return lot

    async def _admitted(self, job: Job) -> Parcel | None:
        parcel = await self._opened(job)
        return parcel if parcel and await self._admission.admit(parcel) else None

    async def _digest(self, desk: Desk, lot: Sequence[Parcel]) -> None:
        memory = self._memories.of(desk.id, self._clock.now())
        aside = await desk_board.in_quarantine(self._database, desk.id, OPEN)
        notes = [self._view.say("digest.in_quarantine", count=str(aside))] if aside else []
        notes += [self._view.say("digest.forgot")] if memory.lost else []
        message = digest(self._view, [(p.case, p.content) for p in lot], notes)
        done = [(parcel.job, await self._receipt(desk, parcel)) for parcel in lot]
        sent = await self._steps.say(desk, desk.chat, message)
        await outbox.finish_together(self._database, done, DIGEST, sent)
        memory.lost = False
        for parcel in lot:
            self._admission.shown(parcel)
        await self._had(desk.id, sent.count(",") + 1)

    # One delivery

    async def _opened(self, job: Job) -> Parcel | None:
        """None when nothing is left to deliver; the job is then gone."""
        parcel = await opened(self._database, self._ring, job)
        if parcel is None and job.sequence == WITHDRAWAL:
            await self._withdrawn(job)
        elif parcel is None:
            await outbox.drop(self._database, job)
        return parcel

    async def _next_step(self, desk: Desk, parcel: Parcel) -> None:
        job = parcel.job
        aside = job.sequence > 0 and parcel.case.lane == QUARANTINE
        steps = [] if aside else await self._steps.remaining(desk, parcel)
        count = 0
        if steps:
            parcel, count = await self._steps.take(desk, parcel, steps[0])
            if steps[0] == CARD and job.sequence == 0:
                self._admission.shown(parcel)
        if len(steps) > 1:
            await outbox.rest_later(self._database, parcel.job)
        else:
            await self._finish(desk, parcel)
        await self._had(desk.id, count)

    async def _finish(self, desk: Desk, parcel: Parcel) -> None:
        if parcel.job.sequence == WITHDRAWAL:
            await self._withdrawn(parcel.job)
            return
        await outbox.finish(self._database, parcel.job, await self._receipt(desk, parcel))

    async def _receipt(self, desk: Desk, parcel: Parcel) -> Receipt:
        if parcel.job.sequence != 0:
            return Receipt(str(self._clock.today()))
        reminders = await self._escalation.planned(desk, parcel)
        return replace(self._admission.receipt(parcel), reminders=reminders)

    async def _withdrawn(self, job: Job) -> None:
        """The texts are erased; what was a copy of them gets a card of its own."""
        now, day = int(self._clock.now()), str(self._clock.today())
        await copies.free(self._database, job, day, now)
        await outbox.acknowledge(self._database, job, day)
        await self._database.wipe_log()

    # Turns

    async def _give_back(self, desk: Desk) -> None:
        """Nothing was sent: the desk may get something at once."""
        await desk_turns.next_turn(self._database, desk.id, int(self._clock.now()))

    async def _had(self, desk: str, messages: int) -> None:
        now = self._clock.now()
        await desk_turns.had(self._database, desk, now, messages, self._interval)

    # What goes wrong

    async def _guarded(self, jobs: Sequence[Job], work: Awaitable[Done]) -> Done | None:
        """Do it; what hinders it is recorded with its jobs and stops no others."""
        try:
            return await work
        except SQLAlchemyError:
            raise
        except Exception as error:
            for job in jobs:
                await self._failed(job, error)
            return None

    async def _failed(self, job: Job, error: Exception) -> None:
        now = int(self._clock.now())
        if isinstance(error, Busy):
            await outbox.wait(self._database, job, now, error.seconds)
        elif isinstance(error, Moved):
            self._move(job.desk, error.chat)
            await outbox.wait(self._database, job, now, 1)
        elif isinstance(error, Gone):
            await self._unreachable(job)
        elif isinstance(error, Refused):
            _log.error("delivery refused: %s", type(error).__name__)
            await self._given_up(job)
        else:
            await self._later(job, error)

    async def _given_up(self, job: Job) -> None:
        """Kept for the operator; but reminders are not worth it."""
        if job.sequence in REMINDERS:
            await outbox.drop(self._database, job)
        else:
            await outbox.give_up(self._database, job)

    def _move(self, desk_id: str, chat: str) -> None:
        if desk := self._desks.get(desk_id):
            self._desks.move(desk.channel, desk.chat, chat)

    async def _unreachable(self, job: Job) -> None:
        """The desk is no more: its case goes to the next desk upward, if there is one."""
        _log.error("a desk cannot be reached any more")
        if job.sequence == WITHDRAWAL:
            await self._withdrawn(job)
        elif job.sequence < 0:
            await outbox.drop(self._database, job)
        elif not await self._rerouted(job):
            await outbox.give_up(self._database, job)

    async def _rerouted(self, job: Job) -> bool:
        case = await cases.case_by_id(self._database, job.case_id)
        moved = await self._mover.rerouted(case) if case else None
        if moved is None:
            return False
        try:
            async with self._database.begin() as connection:
                await cases.apply(connection, moved)
        except Conflict:  # it has changed meanwhile: the next try finds it as it is then
            await outbox.put_back(self._database, job, self._clock.now())
        return True

    async def _later(self, job: Job, error: Exception) -> None:
        nothing_sent = isinstance(error, Unreachable | OSError)
        now = int(self._clock.now())
        alive = await outbox.retry(self._database, job, now, may_die=not nothing_sent)
        if not nothing_sent:
            await self._had(job.desk, 1)
        _log.warning("delivery failed: %s", type(error).__name__)
        if not alive:
            _log.error("delivery given up after %s tries", job.tries)

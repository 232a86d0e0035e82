"""The worker: takes due jobs from the outbox, delivers them to desks, and records each step."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from sqlalchemy.exc import SQLAlchemyError

from bot.chat.delivery_errors import Busy, Gone, Refused, Unreachable
from bot.chat.messages import Outgoing
from bot.clock import Clock
from bot.desks.routes import Desk, Desks
from bot.keys.crypto import SealError
from bot.keys.ring import KeyRing
from bot.limits import POLL_INTERVAL, RETRY_LONGEST
from bot.store import cases, outbox
from bot.store.cases import WITHDRAWAL, WITHDRAWN, CaseRow
from bot.store.engine import Database
from bot.store.outbox import Job
from bot.tips.sealing import open_for_delivery

_log = logging.getLogger(__name__)
_CARD = "card"
_IN_HAND = 5.0  # seconds to wait for another delivery of the same case

Render = Callable[[CaseRow, int, dict[str, Any]], Outgoing]
"""A case, the sequence of the message (0 the tip, -1 its withdrawal) and its content."""


class DeskSender(Protocol):
    async def __call__(self, chat: str, message: Outgoing, /) -> str:
        """Send to a desk's chat; returns the message id. Raises `DeliveryError`."""
        ...


class Worker:
    def __init__(
        self,
        database: Database,
        ring: KeyRing,
        desks: Desks,
        senders: Mapping[str, DeskSender],
        render: Render,
        clock: Clock,
    ) -> None:
        self._database = database
        self._ring = ring
        self._desks = desks
        self._senders = senders
        self._render = render
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until told to stop; what is in hand is finished first."""
        while not stop.is_set():
            try:
                busy = await self.step()
            except (SQLAlchemyError, OSError) as error:
                _log.warning("database unavailable: %s", type(error).__name__)
                busy = False
            if not busy:
                await _pause(stop, POLL_INTERVAL)

    async def step(self) -> bool:
        """Deliver one job; False when none was due."""
        job = await outbox.claim(self._database, int(self._clock.now()))
        if job is None:
            return False
        try:
            await self._deliver(job)
        except Busy as error:
            await outbox.wait(self._database, job, int(self._clock.now()), error.seconds)
        except (Gone, Refused) as error:
            _log.error("delivery refused: %s", type(error).__name__)
            await outbox.give_up(self._database, job)
        except SQLAlchemyError:
            raise
        except Exception as error:  # one bad job must not stop the others
            await self._later(job, error)
        return True

    async def _deliver(self, job: Job) -> None:
        desk = self._desks.get(job.desk)
        if job.sequence == WITHDRAWAL and await outbox.has_others(self._database, job):
            raise Busy(_IN_HAND)  # its card may be on the way; the notice comes after it
        prepared = await self._prepare(job)
        if prepared is None:
            await self._drop(job)
            return
        if desk is None or desk.channel not in self._senders:
            raise Gone
        if _CARD not in job.steps:
            await self._send(job, desk, prepared)
        await outbox.acknowledge(self._database, job, str(self._clock.today()))

    async def _drop(self, job: Job) -> None:
        """Nothing is to be sent any more; a withdrawn case loses its texts all the same."""
        if job.sequence == WITHDRAWAL:
            await outbox.acknowledge(self._database, job, str(self._clock.today()))
            await self._database.truncate_log()
        else:
            await outbox.drop(self._database, job)

    async def _prepare(self, job: Job) -> Outgoing | None:
        """The message to send, or None when nothing is left of the case."""
        case = await cases.case_by_id(self._database, job.case_id)
        if case is None:
            return None
        if job.sequence == WITHDRAWAL:
            return self._render(case, WITHDRAWAL, {}) if case.delivered else None
        if case.status == WITHDRAWN and _CARD not in job.steps:
            return None
        messages = await cases.messages_of(self._database, case.id)
        found = next((m for m in messages if m.sequence == job.sequence), None)
        if found is None:
            return None
        try:
            content = open_for_delivery(self._ring, case.id, job.sequence, found.message)
        except (SealError, KeyError):
            raise Refused("the delivery key does not open this message") from None
        return self._render(case, job.sequence, content)

    async def _send(self, job: Job, desk: Desk, message: Outgoing) -> None:
        sent = await self._senders[desk.channel](desk.chat, message)
        day = str(self._clock.today())
        await outbox.record_step(self._database, job, _CARD, sent, day)

    async def _later(self, job: Job, error: Exception) -> None:
        alive = await outbox.retry(
            self._database,
            job,
            int(self._clock.now()),
            may_die=not isinstance(error, Unreachable),
        )
        _log.warning("delivery failed: %s", type(error).__name__)
        if not alive:
            _log.error("delivery given up after %s tries", job.tries)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), min(seconds, RETRY_LONGEST))
    except TimeoutError:
        return

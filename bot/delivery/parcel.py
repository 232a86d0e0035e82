"""A delivery, opened: its case, and the content that its desk is to read."""

from contextlib import suppress
from dataclasses import dataclass, field

from bot.chat.delivery_errors import Refused
from bot.delivery.view import Content
from bot.keys.crypto import SealError
from bot.keys.ring import KeyRing
from bot.store import cases
from bot.store.cases import EVIDENCE, WITHDRAWAL, WITHDRAWN, CaseRow, StoredMessage
from bot.store.engine import Database
from bot.store.outbox import Job
from bot.tips.sealing import open_at_desk, open_for_delivery


@dataclass(frozen=True, slots=True)
class Parcel:
    job: Job
    case: CaseRow
    content: Content = field(repr=False)


async def opened(database: Database, ring: KeyRing, job: Job) -> Parcel | None:
    """None when nothing is left to deliver. Raises Refused when no key opens it any more."""
    case = await cases.case_by_id(database, job.case_id)
    if case is None:
        return None
    if job.sequence == WITHDRAWAL:
        return Parcel(job, case, {}) if case.delivered else None
    if case.status == WITHDRAWN and not job.steps:
        return None
    sequence = 0 if job.sequence == EVIDENCE else job.sequence
    messages = await cases.messages_of(database, case.id)
    found = next((m for m in messages if m.sequence == sequence), None)
    return Parcel(job, case, _content(ring, case, found)) if found else None


def _content(ring: KeyRing, case: CaseRow, stored: StoredMessage) -> Content:
    """With the key for delivery; once that is gone (it was delivered before, which a backup does
    not know) with the desk's."""
    message = stored.message
    try:
        if message.key_for_delivery:
            with suppress(SealError, KeyError):
                return open_for_delivery(ring, case.id, stored.sequence, message)
        return open_at_desk(ring, case.desk, case.id, stored.sequence, message)
    except (SealError, KeyError):
        raise Refused("no key opens this message") from None

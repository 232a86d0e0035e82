"""Cases, their messages and receipts: reads, and the writes behind a handler's effects."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import desk_work, errands, evidence, moderators, nudges
from bot.store.conversations import Conflict as Conflict
from bot.store.conversations import insert_new
from bot.store.effects import (
    AcceptTip,
    AddToCase,
    AskNudge,
    Block,
    ChangeCase,
    CountAtDesk,
    CountFeedback,
    CountPinTry,
    DropEvidence,
    Effect,
    Enrol,
    Errand,
    ForgetChat,
    Invite,
    MoveCase,
    QueueEvidence,
    Record,
    SealedMessage,
    SetPin,
    ShowEvidence,
    StopNudges,
    Unenrol,
    WithdrawTip,
)
from bot.store.engine import Database
from bot.store.ids import new_id
from bot.store.schema import (
    case_messages,
    cases,
    constants,
    feedback,
    outbox,
    receipts,
)
from bot.store.schema import nudges as nudges_table

WITHDRAWN = "ditarik"
_REPLY = "reply"
WITHDRAWAL = -1  # the outbox sequence that tells a desk of a withdrawal
UNCLAIMED, UNCLAIMED_ABOVE = -2, -3  # that reminds it of a case, and that tells the desk above
EVIDENCE = -4  # that brings a case's files, which a list does not


@dataclass(frozen=True, slots=True)
class CaseRow:
    id: str
    code: str
    desk: str
    month: str
    status: str
    moderator: str | None
    version: int
    opened: str
    expires: str
    handed: int
    delivered: str | None
    kind: str
    lane: str
    blocked: int
    merged_into: str | None
    thread_key: bytes | None = field(repr=False)
    sender: bytes | None = field(repr=False)
    sender_day: str | None


@dataclass(frozen=True, slots=True)
class StoredMessage:
    sequence: int
    day: str
    message: SealedMessage


_CASE = (
    cases.c.id,
    cases.c.code,
    cases.c.desk,
    cases.c.month,
    cases.c.status,
    cases.c.moderator,
    cases.c.version,
    cases.c.opened,
    cases.c.expires,
    cases.c.handed,
    cases.c.delivered,
    cases.c.kind,
    cases.c.lane,
    cases.c.blocked,
    cases.c.merged_into,
    cases.c.thread_key,
    cases.c.sender,
    cases.c.sender_day,
)


async def case_by_id(database: Database, case_id: str) -> CaseRow | None:
    async with database.read() as connection:
        row = (await connection.execute(select(*_CASE).where(cases.c.id == case_id))).first()
    return CaseRow(**row._mapping) if row else None


async def case_by_code(database: Database, desk: str, code: str) -> CaseRow | None:
    query = select(*_CASE).where(cases.c.desk == desk, cases.c.code == code.upper())
    async with database.read() as connection:
        row = (await connection.execute(query)).first()
    return CaseRow(**row._mapping) if row else None


async def cases_of_kind(database: Database, kind: str) -> list[CaseRow]:
    """Every case of a kind that still lives, oldest first."""
    query = select(*_CASE).where(cases.c.kind == kind).order_by(cases.c.opened, cases.c.code)
    async with database.read() as connection:
        return [CaseRow(**row._mapping) for row in await connection.execute(query)]


async def messages_of(database: Database, case_id: str) -> list[StoredMessage]:
    """Every message of a case, oldest first, still sealed."""
    query = (
        select(case_messages)
        .where(case_messages.c.case_id == case_id)
        .order_by(case_messages.c.sequence)
    )
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    return [stored(row) for row in rows]


def stored(row: Row[Any]) -> StoredMessage:
    """A row of `case_messages`."""
    sealed = SealedMessage(
        row.direction,
        row.body,
        row.key_for_desk,
        row.key_for_delivery,
        row.key_for_thread,
        row.month,
    )
    return StoredMessage(row.sequence, row.day, sealed)


async def receipt_by_lookup(database: Database, lookup: bytes) -> tuple[str, bytes] | None:
    """The case and the sealed thread key that a receipt's lookup value finds."""
    query = select(receipts.c.case_id, receipts.c.secret).where(receipts.c.lookup == lookup)
    async with database.read() as connection:
        row = (await connection.execute(query)).first()
    return (row.case_id, row.secret) if row else None


async def constant(database: Database, name: str, fresh: bytes) -> bytes:
    """The permanent value of this name; ``fresh`` becomes it when there is none yet."""
    async with database.begin() as connection:
        await insert_new(connection, constants, {"name": name, "value": fresh})
        query = select(constants.c.value).where(constants.c.name == name)
        value: bytes = (await connection.execute(query)).scalar_one()
    return value


async def apply(connection: AsyncConnection, effect: Effect) -> None:
    """Write one effect. Raises `Conflict` when what it was decided on has changed."""
    if isinstance(effect, ForgetChat):
        return  # the dispatcher knows the chat's keys and does it there
    await _WRITERS[type(effect)](connection, effect)


async def erase_case(connection: AsyncConnection, case_id: str) -> None:
    """Delete a case with everything that could open it. The audit stays: it holds no content."""
    await evidence.doom_case(connection, case_id)
    for table in (case_messages, receipts, outbox, nudges_table):
        await connection.execute(delete(table).where(table.c.case_id == case_id))
    await connection.execute(delete(cases).where(cases.c.id == case_id))


async def _accept(connection: AsyncConnection, tip: AcceptTip) -> None:
    await connection.execute(
        insert(cases).values(
            id=tip.case_id,
            code=tip.code,
            desk=tip.desk,
            month=tip.month,
            status="baru",
            version=1,
            opened=tip.opened,
            expires=tip.expires,
            thread_key=tip.thread_key,
            sender=tip.sender,
            sender_day=tip.opened if tip.sender else None,
            kind=tip.kind,
            lane=tip.lane,
            missing=tip.missing,
        )
    )
    await _insert_message(connection, tip.case_id, 0, tip.tip, tip.opened)
    await evidence.keep(connection, tip.evidence, tip.case_id, 0)
    await _enqueue(connection, tip.desk, tip.case_id, 0, tip.due)
    if tip.receipt:
        await connection.execute(
            insert(receipts).values(
                lookup=tip.receipt.lookup,
                case_id=tip.case_id,
                kdf=tip.receipt.kdf,
                secret=tip.receipt.secret,
            )
        )


async def _add(connection: AsyncConnection, effect: AddToCase) -> None:
    desk = (
        await connection.execute(select(cases.c.desk).where(cases.c.id == effect.case_id))
    ).scalar_one_or_none()
    if desk is None:
        raise Conflict
    await _insert_message(connection, effect.case_id, effect.sequence, effect.message, effect.day)
    await evidence.keep(connection, effect.evidence, effect.case_id, effect.sequence)
    if effect.deliver_due is not None:
        await _enqueue(connection, desk, effect.case_id, effect.sequence, effect.deliver_due)
    if effect.message.direction == _REPLY:
        await nudges.wake(connection, effect.case_id, nudges.UNPLANNED)


async def _change(connection: AsyncConnection, effect: ChangeCase) -> None:
    values: dict[str, str | int | None] = {"version": effect.version + 1}
    optional = {
        "status": effect.status,
        "moderator": effect.claimed_by,
        "expires": effect.expires,
        "lane": effect.lane,
        "blocked": None if effect.blocked is None else int(effect.blocked),
        "merged_into": effect.merged_into,
    }
    values |= {name: value for name, value in optional.items() if value is not None}
    if effect.released:
        values["moderator"] = None
    result = await connection.execute(
        update(cases)
        .where(cases.c.id == effect.case_id, cases.c.version == effect.version)
        .values(values)
    )
    if result.rowcount == 0:
        raise Conflict
    if effect.claimed_by or effect.status or effect.lane:
        reminders = outbox.c.sequence.in_((UNCLAIMED, UNCLAIMED_ABOVE))
        await connection.execute(
            delete(outbox).where(outbox.c.case_id == effect.case_id, reminders)
        )
    done = Record(effect.desk, effect.moderator, effect.action, effect.day, effect.case_id)
    await desk_work.record(connection, done, effect.version + 1)


async def _withdraw(connection: AsyncConnection, effect: WithdrawTip) -> None:
    """Before the worker took it up nothing remains; afterwards the desk learns of it.

    Whatever else waits for the desk is dropped; the worker erases the texts with the notice.
    """
    query = select(cases.c.handed, cases.c.desk).where(cases.c.id == effect.case_id)
    row = (await connection.execute(query.with_for_update())).first()
    if row is None:
        return
    if bool(row.handed) != effect.handed:
        raise Conflict
    if not effect.handed:
        await erase_case(connection, effect.case_id)
        return
    await connection.execute(
        delete(outbox).where(outbox.c.case_id == effect.case_id, outbox.c.tries == 0)
    )
    await _enqueue(connection, row.desk, effect.case_id, WITHDRAWAL, 0)
    await connection.execute(
        update(cases)
        .where(cases.c.id == effect.case_id)
        .values(status=WITHDRAWN, version=cases.c.version + 1)
    )
    await connection.execute(delete(nudges_table).where(nudges_table.c.case_id == effect.case_id))


async def _show_evidence(connection: AsyncConnection, effect: ShowEvidence) -> None:
    """Once at a time, however often it is asked for."""
    row = {"id": new_id(), "desk": effect.desk, "case_id": effect.case_id, "sequence": EVIDENCE}
    begun = {"due": effect.due, "tries": 0, "dead": 0, "steps": "{}"}
    await insert_new(connection, outbox, row | begun)


async def _count(connection: AsyncConnection, effect: CountFeedback) -> None:
    row = {"topic": effect.topic, "outcome": effect.outcome, "day": effect.day}
    await insert_new(connection, feedback, row | {"count": 0})
    same = [feedback.c[name] == value for name, value in row.items()]
    await connection.execute(update(feedback).where(*same).values(count=feedback.c.count + 1))


async def _insert_message(
    connection: AsyncConnection, case_id: str, sequence: int, message: SealedMessage, day: str
) -> None:
    try:
        await connection.execute(
            insert(case_messages).values(
                case_id=case_id,
                sequence=sequence,
                direction=message.direction,
                body=message.body,
                key_for_desk=message.key_for_desk,
                key_for_delivery=message.key_for_delivery,
                key_for_thread=message.key_for_thread,
                month=message.month,
                day=day,
            )
        )
    except IntegrityError as error:
        raise Conflict from error


async def _enqueue(
    connection: AsyncConnection, desk: str, case_id: str, sequence: int, due: int
) -> None:
    await connection.execute(
        insert(outbox).values(
            id=new_id(),
            desk=desk,
            case_id=case_id,
            sequence=sequence,
            due=due,
            tries=0,
            dead=0,
            steps="{}",
        )
    )


async def next_sequence(database: Database, case_id: str) -> int:
    query = select(func.max(case_messages.c.sequence)).where(case_messages.c.case_id == case_id)
    async with database.read() as connection:
        highest = (await connection.execute(query)).scalar()
    return 0 if highest is None else highest + 1


async def _enrol(connection: AsyncConnection, effect: Enrol) -> None:
    if not await moderators.use_invitation(connection, effect.invitation):
        raise Conflict
    await moderators.enrol(connection, effect.desk, effect.moderator, effect.day, effect.role)


async def _invite(connection: AsyncConnection, effect: Invite) -> None:
    await moderators.invite(
        connection, effect.hash, effect.desk, effect.until, effect.role, effect.moderator
    )


_WRITERS: dict[type[Effect], Callable[[AsyncConnection, Any], Awaitable[None]]] = {
    AcceptTip: _accept,
    AddToCase: _add,
    ChangeCase: _change,
    MoveCase: desk_work.move,
    WithdrawTip: _withdraw,
    QueueEvidence: evidence.queue,
    DropEvidence: evidence.drop,
    AskNudge: nudges.ask,
    StopNudges: nudges.stop,
    Block: desk_work.block,
    CountAtDesk: desk_work.count,
    Record: desk_work.record,
    Errand: errands.queue,
    Invite: _invite,
    Enrol: _enrol,
    Unenrol: desk_work.unenrol,
    SetPin: desk_work.set_pin,
    ShowEvidence: _show_evidence,
    CountPinTry: desk_work.count_pin_try,
    CountFeedback: _count,
}

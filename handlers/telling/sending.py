"""Sending: the tip is sealed and handed over with its delivery and its receipt as one effect."""

from datetime import timedelta
from hashlib import blake2b

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Incoming, Outgoing
from bot.chat.text import join
from bot.desks.routes import Desk
from bot.limits import BODY_DAYS_AT_MOST
from bot.store.effects import AcceptTip, SealedReceipt
from bot.tips.form import missing_parts
from bot.tips.receipts import NewThread
from bot.tips.sealing import seal_for_desk, seal_sender
from handlers.ports import Ports
from handlers.telling import draft, evidence, fields, form, nudge, reader, review


async def send(
    state: State, incoming: Incoming, ports: Ports, version: str, *, with_receipt: bool
) -> Outcome:
    """ "Tersimpan" and the receipt; or the review again, where it shows something else by now."""
    if state.step != review.STEP or version != review.seen(state):
        remark = ports.wording.say("tip.review.changed")
        return await form.onward(state, incoming, ports, remark)
    if closed := await ports.tips_closed():
        return Outcome(state, (Outgoing(ports.wording.say(f"tip.closed.{closed}")),))
    if waits := await evidence.not_ready(state, ports):
        return Outcome(state, (waits,))
    chosen = await reader.chosen(state, incoming, ports, state.data["desk"])
    desk = ports.desks.get(state.data["desk"])
    if chosen is None or desk is None:
        return await form.onward(draft.without(state, "desk"), incoming, ports)
    return await _sent(state, incoming, ports, desk, with_receipt=with_receipt)


async def _sent(
    state: State, incoming: Incoming, ports: Ports, desk: Desk, *, with_receipt: bool
) -> Outcome:
    ids = state.data["ids"]
    thread = None
    if with_receipt:
        thread = await ports.keeper.new_thread(ids["receipt"], incoming.channel)
    tip = await _tip(state, incoming, ports, desk, thread)
    if thread is None:
        return Outcome(state.ended(), _goodbye_without(ports, desk), (tip,))
    replies = _goodbye(incoming, ports, desk, ids["receipt"])
    after, replies = nudge.offered(state.ended(), incoming, ports, ids["case"], replies)
    return Outcome(after, replies, (tip,))


async def _tip(
    state: State, incoming: Incoming, ports: Ports, desk: Desk, thread: NewThread | None
) -> AcceptTip:
    case_id: str = state.data["ids"]["case"]
    today = ports.clock.today()
    kept, files = await evidence.attached(state, ports)
    content = fields.content(state.data, files, consent_version(ports))
    return AcceptTip(
        case_id=case_id,
        code=state.data["ids"]["code"],
        desk=desk.id,
        month=ports.ring.month(),
        tip=seal_for_desk(ports.ring, desk.id, case_id, 0, "tip", content),
        opened=str(today),
        expires=str(today + timedelta(days=BODY_DAYS_AT_MOST)),
        due=ports.due(),
        receipt=SealedReceipt(thread.lookup, thread.secret) if thread else None,
        thread_key=thread.public_key if thread else None,
        sender=_sender(incoming, ports, case_id),
        evidence=kept,
        missing=len(missing_parts(content)),
    )


def consent_version(ports: Ports) -> str:
    """Which consent text was agreed to, in a few letters."""
    text = ports.wording.plain("tip.consent.text")
    return blake2b(text.encode(), digest_size=4).hexdigest()


def _sender(incoming: Incoming, ports: Ports, case_id: str) -> bytes | None:
    if incoming.sender_tag is None:
        return None
    return seal_sender(ports.ring, ports.clock.today(), case_id, incoming.sender_tag)


def _goodbye(incoming: Incoming, ports: Ports, desk: Desk, receipt: str) -> tuple[Outgoing, ...]:
    """ "Tersimpan", the receipt in a message of its own, and a neutral last bubble."""
    say = ports.wording.say
    back = say("tip.sent.come_back", day=fields.soon(ports.clock.today()))
    note = say(f"tip.sent.receipt_note.{incoming.channel}")
    return (
        Outgoing(say("tip.sent.saved", desk=desk.name)),
        Outgoing(say("tip.sent.receipt", receipt=receipt), secret=True),
        Outgoing(join([note, back])),
        Outgoing(say("tip.sent.neutral")),
    )


def _goodbye_without(ports: Ports, desk: Desk) -> tuple[Outgoing, ...]:
    say = ports.wording.say
    saved = join([say("tip.sent.saved", desk=desk.name), say("tip.sent.without")])
    return (Outgoing(saved), Outgoing(say("tip.sent.neutral")))

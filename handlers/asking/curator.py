"""Asking a human: with consent a question goes to a curator desk, never to a desk for tips.

Whoever asks must not confess: texts in which the writer tells of himself are held back with an
offer to rephrase. Sealing, delivery, receipt and erasure are those of tips.
"""

from datetime import timedelta

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import join
from bot.desks.routes import Desk
from bot.limits import BODY_DAYS_AFTER_CLOSING, BODY_DAYS_AT_MOST, QUESTION_MAX, QUESTION_MIN
from bot.store.effects import QUESTION, AcceptTip, SealedReceipt
from bot.store.ids import new_code, new_id
from bot.tips.sealing import seal_for_desk
from handlers import confessing
from handlers.ports import Ports
from handlers.telling import draft, fields
from handlers.words import wants_out

FLOW = "curator"
_ACTION = "curator"


async def offer(ports: Ports) -> tuple[Choice, ...]:
    """ "Tanyakan ke petugas", where somebody is there to answer."""
    if await _desk(ports) is None:
        return ()
    return (Choice(ports.wording.plain("ask.choices.curator"), _ACTION),)


async def step(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """From the button to the receipt: consent, the question, "Tersimpan"."""
    choice = (incoming.choice or "").removeprefix(_ACTION).removeprefix(":")
    if state.flow and state.flow != FLOW:
        return draft.unfinished(state, ports)
    desk = await _desk(ports)
    if desk is None:
        return _leave(state, ports, "curator.closed")
    if choice == "decline" or wants_out(incoming, ports):
        return _leave(state, ports, "curator.declined")
    if state.flow != FLOW or state.step == "consent":
        is_agreed = state.flow == FLOW and choice == "agree"
        return _agreed(state, ports) if is_agreed else _consent(state, desk, ports)
    if incoming.choice:
        return _ask(state, ports, "curator.ask")
    return await _asked(state, incoming, desk, ports)


async def _desk(ports: Ports) -> Desk | None:
    """The first curator desk with somebody enrolled."""
    desks = {desk.id: desk for desk in ports.desks.all() if desk.kind == "curator"}
    attended = await ports.casebook.attended_among(desks) if desks else ()
    return next((desk for name, desk in desks.items() if name in attended), None)


def _consent(state: State, desk: Desk, ports: Ports) -> Outcome:
    text = ports.wording.say(
        "curator.consent",
        desk=desk.name,
        days=str(BODY_DAYS_AT_MOST),
        closed=str(BODY_DAYS_AFTER_CLOSING),
    )
    choices = tuple(
        Choice(ports.wording.plain(f"curator.choices.{name}"), f"{_ACTION}:{name}")
        for name in ("agree", "decline")
    )
    after = State(FLOW, "consent", state.ended().data)
    return Outcome(after, (Outgoing(text, choices),))


def _agreed(state: State, ports: Ports) -> Outcome:
    """Ids and receipt are drawn here, so that a repeated message cannot make a second case."""
    ids = {"case": new_id(), "code": new_code(), "receipt": ports.words.draw()}
    return _ask(state.at("text", ids=ids), ports, "curator.ask")


def _ask(state: State, ports: Ports, key: str) -> Outcome:
    decline = ports.wording.plain("curator.choices.decline")
    choices = (Choice(decline, f"{_ACTION}:decline"),)
    return Outcome(state, (Outgoing(ports.wording.say(key), choices),))


async def _asked(state: State, incoming: Incoming, desk: Desk, ports: Ports) -> Outcome:
    text = incoming.text.strip()
    if not QUESTION_MIN <= len(text) <= QUESTION_MAX:
        return _ask(state, ports, "curator.length")
    if held := await confessing.held_back(text, ports):
        return Outcome(state, (held,))
    return await _send(state, incoming, desk, ports)


async def _send(state: State, incoming: Incoming, desk: Desk, ports: Ports) -> Outcome:
    ids, today = state.data["ids"], ports.clock.today()
    content = {"text": incoming.text.strip()}
    thread = await ports.keeper.new_thread(ids["receipt"], incoming.channel)
    question = AcceptTip(
        case_id=ids["case"],
        code=ids["code"],
        desk=desk.id,
        month=ports.ring.month(),
        tip=seal_for_desk(ports.ring, desk.id, ids["case"], 0, "tip", content),
        opened=str(today),
        expires=str(today + timedelta(days=BODY_DAYS_AT_MOST)),
        due=ports.due(),
        receipt=SealedReceipt(thread.lookup, thread.secret),
        thread_key=thread.public_key,
        kind=QUESTION,
    )
    return Outcome(state.ended(), _goodbye(ids["receipt"], desk, ports), (question,))


def _goodbye(receipt: str, desk: Desk, ports: Ports) -> tuple[Outgoing, ...]:
    say = ports.wording.say
    back = say("curator.come_back", day=fields.soon(ports.clock.today()))
    return (
        Outgoing(say("tip.sent.saved", desk=desk.name)),
        Outgoing(say("tip.sent.receipt", receipt=receipt), secret=True),
        Outgoing(join([say("curator.receipt_note"), back])),
        Outgoing(say("tip.sent.neutral")),
    )


def _leave(state: State, ports: Ports, key: str) -> Outcome:
    return Outcome(state.ended(), (Outgoing(ports.wording.say(key)),))

"""Following up: what a receipt opens (replies, adding, withdrawing), and never what was sent."""

from dataclasses import replace
from datetime import date

from bot.chat.addressed import WantNudge
from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import Text, join
from bot.dates import say_date
from bot.desks.casebook import WITHDRAWN, Thread
from bot.limits import RECEIPT_TRIES_PER_HOUR, THREAD_OPEN_MINUTES
from bot.store.effects import QUESTION, WithdrawTip
from bot.tips.receipts import Crowded
from handlers.ports import Ports
from handlers.telling import addition, draft, evidence, fields, nudge
from handlers.words import wants_out

FLOW = addition.FLOW
_HOUR = 3600
_CLOSED = "tutup"


async def check(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """``/cek``: ask for the receipt, or take the one that came along."""
    if state.flow and state.flow != FLOW:
        return draft.unfinished(state, ports)
    if incoming.command and incoming.argument:
        return await with_receipt(state, incoming, ports, incoming.argument)
    asking = State(FLOW, "receipt", state.ended().data)
    said = Outgoing(ports.wording.say("follow_up.ask"))
    return Outcome(asking, (said,), evidence.discarded(state))


async def with_receipt(state: State, incoming: Incoming, ports: Ports, text: str) -> Outcome:
    """Open the thread of a receipt that was typed outside every form, or in another thread."""
    asking = State(FLOW, "receipt", state.ended().data)
    opened = await _open(asking, incoming, text, ports)
    return replace(opened, effects=evidence.discarded(state))


async def step(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """One message while asking for a receipt or inside an open thread."""
    if state.flow != FLOW:
        return Outcome(state, (Outgoing(ports.wording.say("tip.stale")),))
    if wants_out(incoming, ports):
        return _left(state, ports, "follow_up.closed")
    if state.step == "receipt":
        return await _asked(state, incoming, ports)
    if ports.clock.now() > state.data["until"]:
        return _left(state, ports, "follow_up.expired")
    thread = await ports.casebook.thread(state.data["case"], bytes.fromhex(state.data["secret"]))
    if thread is None:
        return _left(state, ports, "follow_up.unknown")
    if thread.case.status == WITHDRAWN and incoming.choice != "thread:done":
        return await _show(state, incoming, thread, ports)
    return await _inside(state, incoming, thread, ports)


async def _inside(state: State, incoming: Incoming, thread: Thread, ports: Ports) -> Outcome:
    name = (incoming.choice or "").removeprefix("thread:")
    if outcome := await addition.step(state, incoming, ports, thread, name):
        return outcome
    match name:
        case "withdraw":
            return _ask_withdrawal(state, thread, ports)
        case "withdraw-yes":
            return _withdraw(state, thread, ports)
        case "nudge" if nudge.is_possible(incoming):
            return Outcome(state, nudge.wanted(incoming, ports), (WantNudge(thread.case.id),))
        case "done":
            return _left(state, ports, "follow_up.closed")
        case _:
            return await _show(state, incoming, thread, ports)


def _left(state: State, ports: Ports, key: str) -> Outcome:
    """Out of the thread; files that were not sent are dropped."""
    said = Outgoing(ports.wording.say(key))
    return Outcome(state.ended(), (said,), evidence.discarded(state))


async def _asked(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    if incoming.choice or not incoming.text.strip():
        return Outcome(state, (Outgoing(ports.wording.say("follow_up.ask")),))
    return await _open(state, incoming, incoming.text, ports)


async def _open(state: State, incoming: Incoming, text: str, ports: Ports) -> Outcome:
    """Open the thread of a receipt. Wrong and unknown receipts cost and say the same.

    The tries of a chat are counted (and stay counted when it leaves); nobody else is locked out.
    """
    receipt = ports.words.read(text)
    if receipt is None:
        return Outcome(state, (Outgoing(ports.wording.say("follow_up.typo")),))
    tries = [t for t in state.data.get("tries", []) if t > ports.clock.now() - _HOUR]
    if len(tries) >= RECEIPT_TRIES_PER_HOUR:
        return Outcome(state, (Outgoing(ports.wording.say("follow_up.too_many")),))
    try:
        thread = await ports.casebook.thread_of(await ports.keeper.keys(receipt, incoming.channel))
    except Crowded:
        return Outcome(state, (Outgoing(ports.wording.say("follow_up.crowded")),))
    if thread is None:
        after = state.at("receipt", tries=[*tries, int(ports.clock.now())])
        return Outcome(after, (Outgoing(ports.wording.say("follow_up.unknown")),))
    return await _show(_opened(state, thread, ports), incoming, thread, ports)


def _opened(state: State, thread: Thread, ports: Ports) -> State:
    until = int(ports.clock.now()) + THREAD_OPEN_MINUTES * 60
    data = {"case": thread.case.id, "secret": thread.secret.hex(), "until": until}
    return State(FLOW, "open", {**state.ended().data, **data})


async def _show(state: State, incoming: Incoming, thread: Thread, ports: Ports) -> Outcome:
    """Status, replies, when to come back, and files that are not sent yet."""
    parts = [_status(thread, ports), _replies(thread, ports), _later(thread, ports)]
    files = await evidence.lines(state, ports)
    names = ["done"]
    if thread.case.status != WITHDRAWN:
        names = [*(["send-files"] if files else []), "add", "withdraw", "done"]
    choices = [addition.choice(ports, name) for name in names]
    if nudge.is_possible(incoming) and _may_be_answered(thread):
        nudging = Choice(ports.wording.plain("tip.nudge.yes"), f"{FLOW}:nudge")
        choices.insert(-1, nudging)
    said = Outgoing(join([*parts, join(files, "\n")]), tuple(choices))
    return Outcome(state.at("open"), (said,))


def _may_be_answered(thread: Thread) -> bool:
    return thread.case.status not in (WITHDRAWN, _CLOSED)


def _status(thread: Thread, ports: Ports) -> Text:
    desk = ports.desks.get(thread.case.desk)
    key = thread.case.status if thread.case.delivered else "waiting"
    if not ports.wording.has(f"follow_up.status.{key}"):
        key = "diperiksa"
    return ports.wording.say(f"follow_up.status.{key}", desk=desk.name if desk else "")


def _replies(thread: Thread, ports: Ports) -> Text:
    if not thread.replies:
        return ports.wording.say("follow_up.no_replies")
    lines = [
        ports.wording.say(
            "follow_up.reply", day=say_date(date.fromisoformat(reply.day)), text=reply.text
        )
        for reply in thread.replies
    ]
    title = "follow_up.answers" if thread.case.kind == QUESTION else "follow_up.replies"
    return join([ports.wording.say(title), *lines], "\n")


def _later(thread: Thread, ports: Ports) -> Text:
    """When to come back, while there is something to wait for."""
    if not _may_be_answered(thread):
        return Text()
    return ports.wording.say("follow_up.come_back", day=fields.soon(ports.clock.today()))


# Withdrawing


def _ask_withdrawal(state: State, thread: Thread, ports: Ports) -> Outcome:
    choices = (
        Choice(ports.wording.plain("follow_up.withdraw.confirm"), "thread:withdraw-yes"),
        Choice(ports.wording.plain("follow_up.withdraw.keep"), "thread:open"),
    )
    key = "ask_after" if thread.case.handed else "ask_before"
    return Outcome(state, (Outgoing(ports.wording.say(f"follow_up.withdraw.{key}"), choices),))


def _withdraw(state: State, thread: Thread, ports: Ports) -> Outcome:
    handed = bool(thread.case.handed)
    key = "done_after" if handed else "done_before"
    said = Outgoing(ports.wording.say(f"follow_up.withdraw.{key}"))
    effects = (*evidence.discarded(state), WithdrawTip(thread.case.id, handed))
    neutral = Outgoing(ports.wording.say("tip.sent.neutral"))
    return Outcome(state.ended(), (said, neutral), effects)

"""Following up: what a receipt opens (replies, adding, withdrawing), and never what was sent."""

from datetime import date

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import Text, join
from bot.dates import say_date
from bot.desks.casebook import WITHDRAWN, Thread
from bot.limits import (
    ADDITIONS_PER_CASE,
    RECEIPT_TRIES_PER_HOUR,
    STORY_MAX,
    STORY_MIN,
    THREAD_OPEN_MINUTES,
)
from bot.store.effects import QUESTION, AddToCase, WithdrawTip
from bot.tips.sealing import seal_for_desk
from handlers import curator, start, tip
from handlers.ports import Ports

FLOW = "thread"
_HOUR = 3600


async def check(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """``/cek``: ask for the receipt, or take the one that came along."""
    if state.flow and state.flow != FLOW:
        return start.unfinished(state, ports)
    tries = {"tries": state.data["tries"]} if "tries" in state.data else {}
    asking = State(FLOW, "receipt", {**state.ended().data, **tries})
    if incoming.command and incoming.argument:
        return await _open(asking, incoming.argument, ports)
    return Outcome(asking, (Outgoing(ports.wording.say("follow_up.ask")),))


async def step(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """One message while asking for a receipt or inside an open thread."""
    if state.flow != FLOW:
        return Outcome(state, (Outgoing(ports.wording.say("tip.stale")),))
    if incoming.attachments:
        return Outcome(state, (Outgoing(ports.wording.say("tip.no_files")),))
    if tip.wants_out(incoming, ports):
        return Outcome(state.ended(), (Outgoing(ports.wording.say("follow_up.closed")),))
    if state.step == "receipt":
        return await _open(state, incoming.text, ports)
    if ports.clock.now() > state.data["until"]:
        return Outcome(state.ended(), (Outgoing(ports.wording.say("follow_up.expired")),))
    thread = await ports.casebook.thread(state.data["case"], bytes.fromhex(state.data["secret"]))
    if thread is None:
        return Outcome(state.ended(), (Outgoing(ports.wording.say("follow_up.unknown")),))
    match (incoming.choice or "").removeprefix("thread:"):
        case "add":
            return _ask_addition(state, thread, ports)
        case "withdraw":
            return _ask_withdrawal(state, ports)
        case "withdraw-yes":
            return _withdraw(state, thread, ports)
        case "done":
            return Outcome(state.ended(), (Outgoing(ports.wording.say("follow_up.closed")),))
        case "" if incoming.text:  # whoever writes into an open thread adds to it
            return await _add(state, thread, incoming, ports)
        case _:
            return _show(state, thread, ports)


async def _open(state: State, text: str, ports: Ports) -> Outcome:
    """Open the thread of a receipt. Wrong and unknown receipts cost and say the same."""
    receipt = ports.words.read(text)
    if receipt is None:
        return Outcome(state, (Outgoing(ports.wording.say("follow_up.typo")),))
    tries = [t for t in state.data.get("tries", []) if t > ports.clock.now() - _HOUR]
    if len(tries) >= RECEIPT_TRIES_PER_HOUR:
        return Outcome(state, (Outgoing(ports.wording.say("follow_up.too_many")),))
    thread = await ports.casebook.thread_of(await ports.keeper.keys(receipt))
    if thread is None:
        after = state.at("receipt", tries=[*tries, int(ports.clock.now())])
        return Outcome(after, (Outgoing(ports.wording.say("follow_up.unknown")),))
    until = int(ports.clock.now()) + THREAD_OPEN_MINUTES * 60
    thread_data = {"case": thread.case.id, "secret": thread.secret.hex(), "until": until}
    opened = State(FLOW, "open", {**state.ended().data, **thread_data})
    return _show(opened, thread, ports)


def _show(state: State, thread: Thread, ports: Ports) -> Outcome:
    text = join([_status(thread, ports), _replies(thread, ports)])
    names = ["done"] if thread.case.status == WITHDRAWN else ["add", "withdraw", "done"]
    choices = tuple(_choice(ports, name) for name in names)
    return Outcome(state.at("open"), (Outgoing(text, choices),))


def _status(thread: Thread, ports: Ports) -> Text:
    desk = ports.desks.get(thread.case.desk)
    key = thread.case.status if thread.case.delivered else "waiting"
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


def _choice(ports: Ports, name: str) -> Choice:
    return Choice(ports.wording.plain(f"follow_up.choices.{name}"), f"thread:{name}")


# Adding


def _ask_addition(state: State, thread: Thread, ports: Ports) -> Outcome:
    if thread.additions >= ADDITIONS_PER_CASE:
        return Outcome(state, (Outgoing(ports.wording.say("follow_up.add.full")),))
    return Outcome(state.at("add"), (Outgoing(ports.wording.say("follow_up.add.ask")),))


async def _add(state: State, thread: Thread, incoming: Incoming, ports: Ports) -> Outcome:
    text = incoming.text.strip()
    if len(text) < STORY_MIN:
        return Outcome(state, (Outgoing(ports.wording.say("tip.fields.story.short")),))
    if len(text) > STORY_MAX:
        said = ports.wording.say("tip.fields.story.long", most=str(STORY_MAX))
        return Outcome(state, (Outgoing(said),))
    if thread.additions >= ADDITIONS_PER_CASE:
        return Outcome(state, (Outgoing(ports.wording.say("follow_up.add.full")),))
    case = thread.case
    if case.kind == QUESTION and (held := await curator.held_back(text, ports)):
        return Outcome(state, (held,))
    sequence = await ports.casebook.next_sequence(case.id)
    addition = AddToCase(
        case.id,
        sequence,
        seal_for_desk(ports.ring, case.desk, case.id, sequence, "addition", {"text": text}),
        str(ports.clock.today()),
        deliver_due=ports.due(),
    )
    desk = ports.desks.get(case.desk)
    saved = ports.wording.say("follow_up.add.saved", desk=desk.name if desk else "")
    choices = (_choice(ports, "add"), _choice(ports, "done"))
    return Outcome(state.at("open"), (Outgoing(saved, choices),), (addition,))


# Withdrawing


def _ask_withdrawal(state: State, ports: Ports) -> Outcome:
    choices = (
        Choice(ports.wording.plain("follow_up.withdraw.confirm"), "thread:withdraw-yes"),
        Choice(ports.wording.plain("follow_up.withdraw.keep"), "thread:open"),
    )
    return Outcome(state, (Outgoing(ports.wording.say("follow_up.withdraw.ask"), choices),))


def _withdraw(state: State, thread: Thread, ports: Ports) -> Outcome:
    handed = bool(thread.case.handed)
    key = "done_after" if handed else "done_before"
    said = Outgoing(ports.wording.say(f"follow_up.withdraw.{key}"))
    return Outcome(state.ended(), (said,), (WithdrawTip(thread.case.id, handed),))

"""Adding to a tip that was sent: words, files, or both, from an open thread."""

import asyncio
from dataclasses import replace
from typing import Any

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import Text, join
from bot.desks.casebook import Thread
from bot.limits import ADDITIONS_PER_CASE, STORY_MAX
from bot.store.effects import QUESTION, AddToCase
from bot.tips.sealing import seal_for_desk
from handlers import confessing
from handlers.ports import Ports
from handlers.telling import evidence, exposure
from handlers.telling.exposure import Finding
from handlers.words import danger

FLOW = "thread"
_DRAFT = ("text", "kept", "files", "file_date", "file_warned")  # of an addition, in the state
_NO_ADDITION = ("thanks", "greeting", "emoji")  # rules that fit what is only politeness
_SHOWN = "shown"  # step: something in the words is to be decided on, or written anew
_BUTTONS = ("add", "rewrite", "keep", "cut", "send-text", "send-files")


async def step(
    state: State, incoming: Incoming, ports: Ports, thread: Thread, name: str
) -> Outcome | None:
    """What belongs to an addition; None for everything else in a thread."""
    if _adds(incoming, name) and thread.additions >= ADDITIONS_PER_CASE:
        return _full(state, ports)
    if incoming.attachments:
        return await _file(state, incoming, ports)
    if name.startswith("file-"):
        return await _file_choice(state, incoming, ports)
    match name:
        case "add" | "rewrite":
            return _asked(state.at("add" if name == "add" else _SHOWN), ports)
        case "keep":
            return await _kept(state, ports, thread)
        case "cut":
            return await _cut(state, ports)
        case "send-text" | "send-files":
            return await _save(state, ports, thread)
        case "" if incoming.text.strip():  # whoever writes into an open thread adds to it
            return await _written(state, incoming, ports, thread)
    return None


def _adds(incoming: Incoming, name: str) -> bool:
    is_text = not incoming.choice and bool(incoming.text.strip())
    return is_text or bool(incoming.attachments) or name in _BUTTONS


def choice(ports: Ports, name: str) -> Choice:
    """A button of the thread (``follow_up.choices``)."""
    return Choice(ports.wording.plain(f"follow_up.choices.{name}"), f"{FLOW}:{name}")


def _asked(state: State, ports: Ports) -> Outcome:
    return Outcome(state, (Outgoing(ports.wording.say("follow_up.add.ask")),))


def _full(state: State, ports: Ports) -> Outcome:
    return Outcome(state.at("open"), (Outgoing(ports.wording.say("follow_up.add.full")),))


# Words


async def _written(state: State, incoming: Incoming, ports: Ports, thread: Thread) -> Outcome:
    rule = ports.matcher.match(incoming.text).rule
    after = _with_words(state, incoming.text)
    if rule in _NO_ADDITION or after is None:
        said = ports.wording.say(
            "follow_up.add.short" if after else "follow_up.add.long", most=str(STORY_MAX)
        )
        return Outcome(state, (Outgoing(said, (choice(ports, "add"), choice(ports, "done"))),))
    outcome = await _save(after, ports, thread)
    warning = danger(rule, ports)
    return replace(outcome, replies=(*filter(None, [warning]), *outcome.replies))


def _with_words(state: State, text: str) -> State | None:
    """Words that wait are gone on with, those that were shown for a decision are written anew;
    None where it is too much."""
    before = "" if state.step == _SHOWN else state.data.get("text", "")
    whole = "\n".join(filter(None, [before, text.strip()]))
    return state.at("open", text=whole, kept=[]) if len(whole) <= STORY_MAX else None


async def _findings(state: State, ports: Ports) -> list[Finding]:
    text, kept = state.data.get("text", ""), state.data.get("kept", [])
    found = await asyncio.to_thread(exposure.of_text, "story", text, ports)
    return [finding for finding in found if finding.part not in kept]


async def _kept(state: State, ports: Ports, thread: Thread) -> Outcome | None:
    found = await _findings(state, ports)
    if not found:
        return None
    kept = [*state.data.get("kept", []), found[0].part]
    return await _save(state.at("open", kept=kept), ports, thread)


async def _cut(state: State, ports: Ports) -> Outcome | None:
    found = await _findings(state, ports)
    if not found:
        return None
    left = exposure.without(state.data["text"], found[0])
    said = ports.wording.say("tip.exposure.left", text=left)
    names = ("send-text", "rewrite") if left else ("rewrite",)
    choices = tuple(choice(ports, name) for name in names)
    return Outcome(state.at(_SHOWN, text=left), (Outgoing(said, choices),))


# Files


async def _file(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """A file waits, with the words beside it, until "kirim berkas"."""
    with_words = _with_words(state, incoming.text) if incoming.text.strip() else state
    taken = await evidence.received(with_words or state, incoming, ports)
    if with_words is None:
        too_long = Outgoing(ports.wording.say("follow_up.add.long", most=str(STORY_MAX)))
        taken = replace(taken, replies=(too_long, *taken.replies))
    return await _with_files(taken, ports)


async def _file_choice(state: State, incoming: Incoming, ports: Ports) -> Outcome | None:
    outcome = await evidence.chose(state, incoming, ports)
    return await _with_files(outcome, ports) if outcome else None


async def _with_files(outcome: Outcome, ports: Ports) -> Outcome:
    """What was said of files, followed by those that wait; a reply with choices comes first."""
    if any(reply.choices for reply in outcome.replies):
        return outcome
    remark = join([reply.text for reply in outcome.replies])
    return replace(outcome, replies=(await _waiting(outcome.state, ports, remark),))


async def _waiting(state: State, ports: Ports, remark: Text) -> Outgoing:
    """The files that are not sent yet, and the button that sends them."""
    lines = join(await evidence.lines(state, ports), "\n")
    if not lines:
        return Outgoing(remark, (choice(ports, "add"), choice(ports, "done")))
    ask = ports.wording.say("follow_up.files.ask")
    which = choice(ports, "file-which")
    return Outgoing(join([remark, lines, ask]), (choice(ports, "send-files"), which))


# Saving


async def _save(state: State, ports: Ports, thread: Thread) -> Outcome:
    """The words and files that wait, as one message to the desk; first what in the words may
    point to their writer, then files that are not copied yet."""
    if shown := await _to_decide(state, ports, thread):
        return Outcome(state.at(_SHOWN), (shown,))
    if waits := await evidence.not_ready(state, ports):
        return Outcome(state, (waits,))
    kept, files = await evidence.attached(state, ports)
    text: str = state.data.get("text", "")
    desk = ports.desks.get(thread.case.desk)
    if not text and not files:
        return _asked(state.at("add"), ports)
    content: dict[str, Any] = {"text": text, **({"files": files} if files else {})}
    saved = ports.wording.say("follow_up.add.saved", desk=desk.name if desk else "")
    after = State(FLOW, "open", {k: v for k, v in state.data.items() if k not in _DRAFT})
    choices = (choice(ports, "add"), choice(ports, "done"))
    effect = await _effect(thread, ports, content, kept)
    return Outcome(after, (Outgoing(saved, choices),), (effect,))


async def _to_decide(state: State, ports: Ports, thread: Thread) -> Outgoing | None:
    """To a curator nobody may confess; in a tip the writer decides on each part."""
    if thread.case.kind == QUESTION:
        return await confessing.held_back(state.data.get("text", ""), ports)
    found = await _findings(state, ports)
    choices = tuple(choice(ports, name) for name in ("keep", "cut", "rewrite"))
    return Outgoing(exposure.shown(found[0], ports), choices) if found else None


async def _effect(
    thread: Thread, ports: Ports, content: dict[str, Any], kept: tuple[str, ...]
) -> AddToCase:
    case = thread.case
    sequence = await ports.casebook.next_sequence(case.id)
    sealed = seal_for_desk(ports.ring, case.desk, case.id, sequence, "addition", content)
    day = str(ports.clock.today())
    return AddToCase(case.id, sequence, sealed, day, deliver_due=ports.due(), evidence=kept)

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

FLOW = "thread"
_DRAFT = ("text", "kept", "files", "file_date", "file_warned")  # of an addition, in the state
_NO_ADDITION = ("thanks", "greeting", "emoji")  # rules that fit what is only politeness
_DANGERS = ("emergency", "crisis")
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
            return Outcome(state.at("add"), (Outgoing(ports.wording.say("follow_up.add.ask")),))
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
    return Choice(ports.wording.plain(f"follow_up.choices.{name}"), f"{FLOW}:{name}")


def _full(state: State, ports: Ports) -> Outcome:
    return Outcome(state.at("open"), (Outgoing(ports.wording.say("follow_up.add.full")),))


# Words


async def _written(state: State, incoming: Incoming, ports: Ports, thread: Thread) -> Outcome:
    text = incoming.text.strip()
    rule = ports.matcher.match(text).rule
    if rule in _NO_ADDITION or len(text) > STORY_MAX:
        key = "long" if len(text) > STORY_MAX else "short"
        said = ports.wording.say(f"follow_up.add.{key}", most=str(STORY_MAX))
        return Outcome(state, (Outgoing(said, (choice(ports, "add"), choice(ports, "done"))),))
    if thread.case.kind == QUESTION and (held := await confessing.held_back(text, ports)):
        return Outcome(state, (held,))
    outcome = await _checked(state.at("open", text=text, kept=[]), ports, thread)
    if rule not in _DANGERS:
        return outcome
    first = Outgoing(ports.wording.say(f"rules.{rule}"))
    return replace(outcome, replies=(first, *outcome.replies))


async def _checked(state: State, ports: Ports, thread: Thread) -> Outcome:
    """Saved, unless something in it may point to its writer and was not decided on."""
    if found := await _findings(state, ports):
        choices = tuple(choice(ports, name) for name in ("keep", "cut", "rewrite"))
        return Outcome(state, (Outgoing(exposure.shown(found[0], ports), choices),))
    return await _save(state, ports, thread)


async def _findings(state: State, ports: Ports) -> list[Finding]:
    text, kept = state.data.get("text", ""), state.data.get("kept", [])
    found = await asyncio.to_thread(exposure.of_text, "story", text, ports)
    return [finding for finding in found if finding.part not in kept]


async def _kept(state: State, ports: Ports, thread: Thread) -> Outcome | None:
    found = await _findings(state, ports)
    if not found:
        return None
    kept = [*state.data.get("kept", []), found[0].part]
    return await _checked(state.at("open", kept=kept), ports, thread)


async def _cut(state: State, ports: Ports) -> Outcome | None:
    found = await _findings(state, ports)
    if not found:
        return None
    left = exposure.without(state.data["text"], found[0])
    said = ports.wording.say("tip.exposure.left", text=left)
    names = ("send-text", "rewrite") if left else ("rewrite",)
    choices = tuple(choice(ports, name) for name in names)
    return Outcome(state.at("open", text=left), (Outgoing(said, choices),))


# Files


async def _file(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """A file waits, with the words beside it, until "kirim berkas"."""
    taken = await evidence.received(state, incoming, ports)
    if incoming.text.strip():
        text = incoming.text.strip()[:STORY_MAX]
        taken = replace(taken, state=taken.state.at("open", text=text, kept=[]))
    if any(reply.choices for reply in taken.replies):
        return taken
    remark = join([reply.text for reply in taken.replies])
    return replace(taken, replies=(await _waiting(taken.state, ports, remark),))


async def _file_choice(state: State, incoming: Incoming, ports: Ports) -> Outcome | None:
    outcome = await evidence.chose(state, incoming, ports)
    if outcome is None or any(reply.choices for reply in outcome.replies):
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
    """The words and files that wait, as one message to the desk."""
    if waits := await evidence.not_ready(state, ports):
        return Outcome(state, (waits,))
    if found := await _findings(state, ports):
        choices = tuple(choice(ports, name) for name in ("keep", "cut", "rewrite"))
        return Outcome(state, (Outgoing(exposure.shown(found[0], ports), choices),))
    kept, files = await evidence.attached(state, ports)
    text: str = state.data.get("text", "")
    desk = ports.desks.get(thread.case.desk)
    if not text and not files:
        return Outcome(state.at("add"), (Outgoing(ports.wording.say("follow_up.add.ask")),))
    content: dict[str, Any] = {"text": text, **({"files": files} if files else {})}
    saved = ports.wording.say("follow_up.add.saved", desk=desk.name if desk else "")
    after = State(FLOW, "open", {k: v for k, v in state.data.items() if k not in _DRAFT})
    choices = (choice(ports, "add"), choice(ports, "done"))
    effect = await _effect(thread, ports, content, kept)
    return Outcome(after, (Outgoing(saved, choices),), (effect,))


async def _effect(
    thread: Thread, ports: Ports, content: dict[str, Any], kept: tuple[str, ...]
) -> AddToCase:
    case = thread.case
    sequence = await ports.casebook.next_sequence(case.id)
    sealed = seal_for_desk(ports.ring, case.desk, case.id, sequence, "addition", content)
    day = str(ports.clock.today())
    return AddToCase(case.id, sequence, sealed, day, deliver_due=ports.due(), evidence=kept)

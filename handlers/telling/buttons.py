"""The buttons of the form after consent, in one table; an unknown or outdated one does nothing."""

from collections.abc import Awaitable, Callable, Mapping

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.limits import STORY_MIN
from handlers.ports import Ports
from handlers.telling import circle, draft, exposure, form, reader, review, sending

_Pressed = Callable[[State, Incoming, Ports, str], Awaitable[Outcome | None]]


async def pressed(
    state: State, incoming: Incoming, ports: Ports, name: str, argument: str
) -> Outcome | None:
    """None for a button that means nothing (any more); the caller asks again."""
    handler = _TABLE.get(name)
    if handler is None or not _allowed(state, name):
        return None
    return await handler(state, incoming, ports, argument)


def _allowed(state: State, name: str) -> bool:
    """Before there is a story only leaving makes sense."""
    return name in ("cancel", "leave", "skip") or "story" in draft.answers(state)


# Answering


async def _is(state: State, incoming: Incoming, ports: Ports, argument: str) -> Outcome | None:
    name, _, value = argument.partition(":")
    return await form.pressed(state, incoming, ports, name, value)


async def _leave_as_it_is(
    state: State, incoming: Incoming, ports: Ports, _argument: str
) -> Outcome | None:
    return await form.onward(state, incoming, ports)


async def _more(state: State, _incoming: Incoming, ports: Ports, _argument: str) -> Outcome | None:
    return _asked(state.at("more"), ports, "tip.more")


async def _fix(state: State, _incoming: Incoming, ports: Ports, _argument: str) -> Outcome | None:
    return review.edit(state, ports)


# Who reads


async def _desk(state: State, incoming: Incoming, ports: Ports, desk: str) -> Outcome | None:
    after = await reader.chosen(state, incoming, ports, desk)
    return await form.onward(after, incoming, ports) if after else None


async def _reader(state: State, incoming: Incoming, ports: Ports, _argument: str) -> Outcome | None:
    after = await form.onward(draft.without(state, "desk"), incoming, ports)
    if after.state.step != review.STEP:
        return after
    only = ports.wording.say("tip.reader.only")
    return await form.onward(after.state, incoming, ports, only)


async def _place(state: State, _incoming: Incoming, ports: Ports, _argument: str) -> Outcome | None:
    after = draft.without(state, "place", "desk")
    return form.ask(after, ports, ports.form.field("place"))


# What exposes the writer


async def _keep(state: State, incoming: Incoming, ports: Ports, _argument: str) -> Outcome | None:
    found = await exposure.findings(state, ports)
    return await form.onward(exposure.keep(state, found[:1]), incoming, ports)


async def _keep_all(
    state: State, incoming: Incoming, ports: Ports, _argument: str
) -> Outcome | None:
    found = await exposure.findings(state, ports)
    return await form.onward(exposure.keep(state, found), incoming, ports)


async def _cut(state: State, incoming: Incoming, ports: Ports, _argument: str) -> Outcome | None:
    """Take the part out and show what is left; what is left empty or too short is asked anew."""
    found = await exposure.findings(state, ports)
    if state.step != exposure.STEP or not found:
        return None
    after = exposure.cut(state, found[0])
    field = ports.form.field(found[0].field)
    left = exposure.text_of(after, field.name)
    if len(left) < (STORY_MIN if field.kind == "story" else 1):
        remark = ports.wording.say("tip.exposure.too_little")
        return form.ask(after.at(after.step, editing=True), ports, field, remark)
    remark = ports.wording.say("tip.exposure.left", text=left)
    return await form.onward(after, incoming, ports, remark)


async def _rewrite(
    state: State, _incoming: Incoming, ports: Ports, _argument: str
) -> Outcome | None:
    found = await exposure.findings(state, ports)
    if not found:
        return None
    return form.ask(state.at("", editing=True), ports, ports.form.field(found[0].field))


async def _circle(state: State, incoming: Incoming, ports: Ports, name: str) -> Outcome | None:
    after, warning = circle.answered(state, name, ports)
    return await form.onward(after, incoming, ports, warning)


# The review


async def _send(state: State, incoming: Incoming, ports: Ports, version: str) -> Outcome | None:
    return await sending.send(state, incoming, ports, version, with_receipt=True)


async def _send_without(
    state: State, incoming: Incoming, ports: Ports, version: str
) -> Outcome | None:
    return await sending.send(state, incoming, ports, version, with_receipt=False)


async def _edit(state: State, _incoming: Incoming, ports: Ports, _argument: str) -> Outcome | None:
    return review.edit(state, ports)


async def _add(state: State, _incoming: Incoming, ports: Ports, _argument: str) -> Outcome | None:
    return review.add(state, ports)


async def _change(state: State, incoming: Incoming, ports: Ports, name: str) -> Outcome | None:
    """One answer anew; without a name the field of the finding that is shown."""
    if not name:
        return await _rewrite(state, incoming, ports, name)
    field = ports.form.find(name)
    if field is None or not field.fits(draft.values(state)):
        return None
    return form.ask(state.at("", editing=True), ports, field)


async def _files(state: State, _incoming: Incoming, ports: Ports, _argument: str) -> Outcome | None:
    return _asked(state, ports, "tip.files")


async def _cancel(
    state: State, _incoming: Incoming, ports: Ports, _argument: str
) -> Outcome | None:
    return draft.left(state, ports, "tip.cancelled")


def _asked(state: State, ports: Ports, key: str) -> Outcome:
    """Something to be sent or typed next, with a way back."""
    back = Choice(ports.wording.plain("tip.choices.back"), "tip:resume")
    return Outcome(state, (Outgoing(ports.wording.say(key), (back,)),))


async def _skip(state: State, incoming: Incoming, ports: Ports, name: str) -> Outcome | None:
    return await form.skip(state, incoming, ports, name)


async def _back(state: State, incoming: Incoming, ports: Ports, _argument: str) -> Outcome | None:
    return await form.back(state, incoming, ports)


_TABLE: Mapping[str, _Pressed] = {
    "is": _is,
    "skip": _skip,
    "leave": _leave_as_it_is,
    "more": _more,
    "fix": _fix,
    "back": _back,
    "desk": _desk,
    "reader": _reader,
    "place": _place,
    "keep": _keep,
    "keep_all": _keep_all,
    "cut": _cut,
    "change": _change,
    "circle": _circle,
    "send": _send,
    "send_without": _send_without,
    "edit": _edit,
    "add": _add,
    "files": _files,
    "cancel": _cancel,
}

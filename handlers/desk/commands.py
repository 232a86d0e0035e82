"""Text commands at a desk: ``/ambil KODE``, ``/tanya KODE …`` and the rest of `COMMANDS`.

In a moderator's private chat the same words follow ``/meja``. Under a card the code may be left
out.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.chat.conversation import Outcome, State
from bot.chat.messages import PRIVATE_LINK, Incoming, Outgoing
from bot.desks.actions import ACTIONS, BY_STATUS
from bot.desks.casebook import CaseRow
from bot.store.effects import QUESTION
from handlers.desk import (
    actions,
    enrolment,
    find,
    menus,
    move,
    oversight,
    practice,
    sealed,
    writing,
)
from handlers.desk.here import FLOW, Here, case_by_code, case_by_id
from handlers.ports import Ports

_CODE = re.compile(r"^\s*([B-DF-HJ-NP-TV-Z2-9]{3})-?([B-DF-HJ-NP-TV-Z2-9]{3})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Order:
    """A command: who gives it, on which case (None: there is none), the ``code`` by which it was
    named (empty where the card or an open question tells), and what follows."""

    here: Here
    case: CaseRow | None
    code: str
    rest: str


Command = Callable[[State, Order, Ports], Awaitable[Outcome]]
CaseCommand = Callable[[State, CaseRow, Order, Ports], Awaitable[Outcome]]


async def commanded(state: State, incoming: Incoming, here: Here, ports: Ports) -> Outcome:
    """Carry out a command; an unknown one gets the help."""
    found = COMMANDS.get(incoming.command or "")
    if found is None:
        return Outcome(state, (Outgoing(ports.wording.say("desk.help")),))
    awaited = state.data.get("case") if state.flow == FLOW else None
    code, rest = _split(incoming.argument) if found is not _pin else ("", incoming.argument)
    if code:
        case = await case_by_code(here, code, ports)
    else:
        case = await case_by_id(here, here.case or awaited, ports)
    if code and case is None:
        return Outcome(state, (Outgoing(ports.wording.say("desk.unknown_code", code=code)),))
    return await found(state, Order(here, case, code, rest), ports)


def _split(argument: str) -> tuple[str, str]:
    """The code at the beginning, and the rest."""
    match = _CODE.match(argument)
    if match is None:
        return "", argument
    return f"{match[1]}-{match[2]}".upper(), argument[match.end() :].strip()


def _on_case(command: CaseCommand) -> Command:
    async def run(state: State, order: Order, ports: Ports) -> Outcome:
        if order.case is None:
            return Outcome(state, (Outgoing(ports.wording.say("desk.which_case")),))
        return await command(state, order.case, order, ports)

    return run


def _action(name: str) -> Command:
    """A command that does what a button does; the card stays where it is."""

    async def run(state: State, case: CaseRow, order: Order, ports: Ports) -> Outcome:
        done = await actions.act(state, name, case, order.here, ports)
        return _brief(name, case, done, order.here, ports)

    return _on_case(run)


def _brief(name: str, case: CaseRow, done: Outcome, here: Here, ports: Ports) -> Outcome:
    """In private a word instead of the card, whose content is read at the desk."""
    if not (here.private and done.effects and name in ACTIONS):
        return done
    said = ports.wording.say("desk.done", code=case.code)
    return Outcome(done.state, (Outgoing(said),), done.effects)


async def _ask(state: State, case: CaseRow, order: Order, ports: Ports) -> Outcome:
    if not order.rest:
        return await actions.act(state, "ask", case, order.here, ports)
    return await writing.ask(state, order.rest, case, order.here, ports)


async def _answer(state: State, case: CaseRow, order: Order, ports: Ports) -> Outcome:
    """A topic by its id, or words."""
    if case.kind != QUESTION or len(order.rest.split()) != 1:
        return await writing.question(state, order.rest, case, order.here, ports)
    topic = ports.topics.get(order.rest)
    if topic is None:
        return Outcome(state, (Outgoing(ports.wording.say("desk.no_topic")),))
    text = f"{topic.headline} {topic.answer}"
    return await writing.question(state, text, case, order.here, ports)


async def _note(state: State, case: CaseRow, order: Order, ports: Ports) -> Outcome:
    if not order.rest:
        return await writing.begin_note(state, case, order.here, ports)
    return await writing.note(order.rest, case, order.here, ports)


async def _status(state: State, case: CaseRow, order: Order, ports: Ports) -> Outcome:
    """By a status' key or by its name as it is shown."""
    wanted = " ".join(order.rest.casefold().split())
    names = {status: ports.wording.plain(f"desk.statuses.{status}") for status in BY_STATUS}
    found = next((s for s, name in names.items() if wanted in (s, name.casefold())), None)
    if found is None:
        now = ports.wording.plain(f"desk.statuses.{case.status}")
        listed = ", ".join(names.values())
        said = ports.wording.say("desk.which_status", code=case.code, now=now, listed=listed)
        return Outcome(state, (Outgoing(said),))
    done = await actions.act(state, BY_STATUS[found], case, order.here, ports)
    return _brief(BY_STATUS[found], case, done, order.here, ports)


async def _merge(state: State, case: CaseRow, order: Order, ports: Ports) -> Outcome:
    if not order.rest:
        return await move.begin_merge(state, case, order.here, ports)
    return await move.merge(state, order.rest, case, order.here, ports)


async def _move(state: State, case: CaseRow, order: Order, ports: Ports) -> Outcome:
    return await move.to_named(state, order.rest, case, order.here, ports)


async def _open(state: State, case: CaseRow, order: Order, ports: Ports) -> Outcome:
    return await actions.LOOKS["open"](state, case, order.here, ports)


async def _guide(state: State, case: CaseRow, order: Order, ports: Ports) -> Outcome:
    return await menus.guide(state, case, order.here, ports)


async def _quarantine(state: State, order: Order, ports: Ports) -> Outcome:
    """Without a code or a card: what is in quarantine."""
    if order.code or order.here.case:
        return await _action("quarantine")(state, order, ports)
    return await find.quarantine(state, order.here, ports)


async def _search(state: State, order: Order, ports: Ports) -> Outcome:
    if order.here.private:
        return Outcome(state, (Outgoing(ports.wording.say("desk.only_at_desk")),))
    return await find.search(state, f"{order.code} {order.rest}", order.here, ports)


async def _invite(state: State, order: Order, ports: Ports) -> Outcome:
    return await enrolment.invite(state, order.rest, order.here, ports)


async def _leave(state: State, order: Order, ports: Ports) -> Outcome:
    return await enrolment.ask_to_leave(state, order.here, ports)


async def _practise(state: State, order: Order, ports: Ports) -> Outcome:
    return await practice.practise(state, order.here, ports)


def _private(kind: str) -> Command:
    """What is brought to the moderator alone: the PIN of a sealed desk may follow the code."""

    async def run(state: State, case: CaseRow, order: Order, ports: Ports) -> Outcome:
        return await sealed.wanted(state, kind, order.rest, case, order.here, ports)

    return _on_case(run)


async def _open_sealed(state: State, order: Order, ports: Ports) -> Outcome:
    """Also by the link of a card (``k-`` and the case's id)."""
    if order.case is None and order.rest.startswith(PRIVATE_LINK):
        return await sealed.look(state, order.rest, order.here, ports)
    return await _private(sealed.OPEN)(state, order, ports)


async def _pin(state: State, order: Order, ports: Ports) -> Outcome:
    return await sealed.pin(state, order.rest, order.here, ports)


async def _reset_pin(state: State, order: Order, ports: Ports) -> Outcome:
    return await sealed.reset(state, order.rest, order.here, ports)


async def _deeds(state: State, case: CaseRow, order: Order, ports: Ports) -> Outcome:
    return await oversight.deeds(state, case, order.here, ports)


async def _numbers(state: State, order: Order, ports: Ports) -> Outcome:
    return await oversight.numbers(state, order.rest, order.here, ports)


async def _help(state: State, _order: Order, ports: Ports) -> Outcome:
    return Outcome(state, (Outgoing(ports.wording.say("desk.help")),))


COMMANDS: Mapping[str, Command] = {
    "ambil": _action("claim"),
    "lepas": _action("release"),
    "tanya": _on_case(_ask),
    "jawab": _on_case(_answer),
    "jalur": _action("invite"),
    "catatan": _on_case(_note),
    "status": _on_case(_status),
    "tutup": _action("close"),
    "bukalagi": _action("reopen"),
    "saring": _quarantine,
    "pulihkan": _action("restore"),
    "blokir": _action("block"),
    "bukablokir": _action("unblock"),
    "gabung": _on_case(_merge),
    "alihkan": _on_case(_move),
    "buka": _on_case(_open),
    "panduan": _on_case(_guide),
    "cari": _search,
    "undang": _invite,
    "keluar": _leave,
    "latihan": _practise,
    "isi": _open_sealed,
    "pin": _pin,
    "aturulangpin": _reset_pin,
    "riwayat": _on_case(_deeds),
    "statistik": _numbers,
    "ekspor": _private(sealed.EXPORT),
    "formulir": _private(sealed.FORM),
    "bantuan": _help,
}

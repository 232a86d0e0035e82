"""Buttons at a desk: each is good for one state of one case (``case:<action>:<id>:<version>``)."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Outgoing
from bot.desks.actions import ACTIONS, refusal
from bot.desks.casebook import CaseRow
from bot.store.effects import Block, Effect, ShowEvidence
from handlers.desk import menus, move, writing
from handlers.desk.changes import after, changed, counted
from handlers.desk.here import Here, card_or_gone, case_by_id, fresh_card, refused
from handlers.ports import Ports

PRESS = re.compile(r"^case:([a-z]+(?:-[a-z0-9]+)*):([0-9a-f]{32}):(\d{1,9})$")

DIRECT = frozenset(ACTIONS) - {"ask", "answer", "invite", "note", "merge", "gather", "move"}
"""Actions that need nothing but the press; the others of the table come with a text or a desk."""

Press = Callable[[State, CaseRow, Here, Ports], Awaitable[Outcome]]


async def pressed(state: State, choice: str, here: Here, ports: Ports) -> Outcome:
    """What a button does; a stale one says why it no longer works and shows the card anew."""
    match = PRESS.match(choice)
    case = await case_by_id(here, match[2], ports) if match else None
    if match is None or case is None:
        return Outcome(state, (Outgoing(ports.wording.say("desk.gone")),))
    name = match[1]
    if name in LOOKS:
        return await LOOKS[name](state, case, here, ports)
    if int(match[3]) != case.version:
        return await _stale(state, name, case, ports)
    kind, _, rest = name.partition("-")
    if kind == "q":
        return await writing.one_tap(state, rest, case, here, ports)
    if kind == "to":
        return await move.to_tagged(state, rest, case, here, ports)
    if name in BEGIN or name in DIRECT:
        return await act(state, name, case, here, ports)
    return Outcome(state, (Outgoing(ports.wording.say("desk.gone")),))


async def act(state: State, name: str, case: CaseRow, here: Here, ports: Ports) -> Outcome:
    """Do it if the case allows it now; the card is shown as it is afterwards."""
    why = refusal(name, case) if name in ACTIONS else None
    if why is None and name == "release" and not _may_release(case, here):
        why = "not_yours"
    if why is not None:
        return Outcome(state, (refused(ports, case, why),))
    if name in BEGIN:
        return await BEGIN[name](state, case, here, ports)
    return await _change(state, name, case, here, ports)


def _may_release(case: CaseRow, here: Here) -> bool:
    return case.moderator == here.moderator or here.owns(case.desk)


async def _stale(state: State, name: str, case: CaseRow, ports: Ports) -> Outcome:
    why = (refusal(name, case) if name in ACTIONS else None) or "stale"
    shown = await fresh_card(ports, case)
    fresh = (replace(shown, replaces=True),) if shown else ()
    return Outcome(state, (refused(ports, case, why), *fresh))


async def _change(state: State, name: str, case: CaseRow, here: Here, ports: Ports) -> Outcome:
    change = changed(name, case, here, ports)
    effects = (change, *counted(case, change, ports), *_block(name, case, ports))
    shown = await card_or_gone(state, after(case, change), ports, replaces=True)
    return replace(shown, effects=effects)


def _block(name: str, case: CaseRow, ports: Ports) -> tuple[Effect, ...]:
    """The sender of today too, where his tag can still be opened; nobody learns who that is."""
    tag = ports.casebook.sender_of(case) if name == "block" else None
    return (Block(case.desk, tag, case.sender_day or ""),) if tag else ()


async def _open(state: State, case: CaseRow, here: Here, ports: Ports) -> Outcome:
    """The card in a message of its own, below whatever list or addition led to it; files follow
    where a list brought none."""
    if here.private:
        return Outcome(state, (Outgoing(ports.wording.say("desk.only_at_desk")),))
    shown = await card_or_gone(state, case, ports, replaces=False)
    content = await ports.casebook.content(case)
    if not (content and content.get("files")):
        return shown
    files = ShowEvidence(case.id, case.desk, int(ports.clock.now()))
    return replace(shown, effects=(*shown.effects, files))


async def _back(state: State, case: CaseRow, _here: Here, ports: Ports) -> Outcome:
    return await card_or_gone(state, case, ports, replaces=True)


LOOKS: Mapping[str, Press] = {
    "open": _open,
    "back": _back,
    "more": menus.more,
    "statuses": menus.statuses,
    "moves": move.offered,
    "guide": menus.guide,
    "history": menus.history,
}
"""What changes nothing and is answered whatever the case has become meanwhile."""

BEGIN: Mapping[str, Press] = {
    "ask": writing.begin,
    "answer": writing.begin,
    "note": writing.begin_note,
    "invite": writing.invite,
    "merge": move.begin_merge,
    "send": writing.send_offered,
    "keep": writing.keep_offered,
}
"""Actions that need something more than the press."""

"""To another desk, or into another case."""

from dataclasses import replace
from hashlib import blake2b

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Outgoing
from bot.desks.actions import refusal
from bot.desks.casebook import CaseRow
from bot.desks.moving import Mover
from bot.desks.routes import Desk
from handlers.desk import cards
from handlers.desk.changes import after, changed, counted
from handlers.desk.here import FLOW, Here, card_or_gone, case_by_code, fresh_card, refused
from handlers.ports import Ports


async def offered(state: State, case: CaseRow, _here: Here, ports: Ports) -> Outcome:
    """The card with the desks to which this tip may go."""
    desks = await _nearby(case, ports)
    shown = await fresh_card(ports, case)
    if shown is None or refusal("move", case):
        return Outcome(state, (refused(ports, case, refusal("move", case) or "over"),))
    if not desks:
        said = ports.wording.say("desk.move.nowhere", code=case.code)
        return Outcome(state, (Outgoing(said, case=case.id),))
    choices = [cards.button(ports, f"to-{_tag(desk)}", case, desk.name) for desk in desks]
    choices.append(cards.button(ports, "back", case))
    return Outcome(state, (replace(shown, choices=tuple(choices), replaces=True),))


async def to_tagged(state: State, tag: str, case: CaseRow, here: Here, ports: Ports) -> Outcome:
    """The desk whose button was pressed; its name there is a hash, since names may be long."""
    to = next((desk for desk in await _nearby(case, ports) if _tag(desk) == tag), None)
    return await _moved(state, to, case, here, ports)


async def to_named(state: State, name: str, case: CaseRow, here: Here, ports: Ports) -> Outcome:
    """``/alihkan KODE MEJA``: by the desk's id or name, also beside the tip's own way."""
    wanted = name.strip().casefold()
    desks = await _mover(ports).anywhere(case)
    to = next((d for d in desks if wanted in (d.id.casefold(), d.name.casefold())), None)
    return await _moved(state, to, case, here, ports)


async def _moved(state: State, to: Desk | None, case: CaseRow, here: Here, ports: Ports) -> Outcome:
    if why := refusal("move", case):
        return Outcome(state, (refused(ports, case, why),))
    if to is None:
        listed = ", ".join(desk.id for desk in await _mover(ports).anywhere(case))
        said = ports.wording.say("desk.move.which", code=case.code, desks=listed or "-")
        return Outcome(state, (Outgoing(said, case=case.id),))
    effect = await _mover(ports).move(case, to, here.moderator)
    if effect is None:
        return Outcome(state, (Outgoing(ports.wording.say("desk.gone")),))
    said = ports.wording.say("desk.move.done", code=case.code, desk=to.name)
    return Outcome(State(), (Outgoing(said, replaces=True, case=case.id),), (effect,))


async def _nearby(case: CaseRow, ports: Ports) -> list[Desk]:
    content = await ports.casebook.content(case)
    if content is None or "place" not in content:
        return []
    return await _mover(ports).nearby(case, content)


def _mover(ports: Ports) -> Mover:
    return Mover(ports.casebook, ports.desks, ports.ring, ports.clock)


def _tag(desk: Desk) -> str:
    return blake2b(desk.id.encode(), digest_size=4).hexdigest()


# Duplicates


async def begin_merge(state: State, case: CaseRow, here: Here, ports: Ports) -> Outcome:
    """Ask for the code of the case that stays."""
    key = "desk.merge.ask" if here.can_write else "desk.merge.ask_channel"
    merging = State(FLOW, "merge", {"case": case.id}) if here.can_write else state
    said = ports.wording.say(key, code=case.code)
    return Outcome(merging, (Outgoing(said, case=case.id),))


async def merge(state: State, code: str, case: CaseRow, here: Here, ports: Ports) -> Outcome:
    """Make a case a duplicate of another one of the same desk.

    Both change version, so that two cases can never be merged into each other.
    """
    if why := refusal("merge", case):
        return Outcome(State(), (refused(ports, case, why),))
    other = await case_by_code(here, code, ports)
    if other is None or other.id == case.id or other.desk != case.desk:
        said = ports.wording.say("desk.merge.unknown", code=case.code)
        return Outcome(state, (Outgoing(said, case=case.id),))
    if why := refusal("gather", other):
        return Outcome(state, (refused(ports, other, why),))
    change = replace(changed("merge", case, here, ports), merged_into=other.id)
    gathered = changed("gather", other, here, ports)
    shown = await card_or_gone(State(), after(case, change), ports, replaces=False)
    return replace(shown, effects=(change, gathered, *counted(case, change, ports)))

"""At the desk: everything that moderators write and press. Only those enrolled, nobody else."""

from dataclasses import replace

from bot.chat.conversation import Outcome, State
from bot.chat.messages import PRIVATE_LINK, AtDesk, Incoming, Outgoing
from handlers.desk import actions, commands, enrolment, find, move, sealed, writing
from handlers.desk.here import FLOW, Here, case_by_id
from handlers.ports import Ports
from handlers.words import wants_out


async def at_desk(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """Everything that is written or pressed at a desk, and ``/meja …`` in private."""
    at = incoming.desk
    if at is None or incoming.edited:  # what was sent to somebody cannot be edited
        return Outcome(state)
    if not at.moderator:
        spoken_to = incoming.command or at.case
        anonymous = Outgoing(ports.wording.say("desk.anonymous"))
        return Outcome(state, (anonymous,) if spoken_to else ())
    if incoming.command == "daftar":
        return await enrolment.enrol(state, incoming, at, ports)
    here = await _enrolled(at, incoming, ports)
    if here is None:
        return _stranger(state, incoming, at, ports)
    if incoming.choice:
        return await _pressed(state, incoming.choice, here, ports)
    if incoming.command == "batal" or (state.flow and wants_out(incoming, ports)):
        return Outcome(State(), (Outgoing(ports.wording.say("desk.left")),))
    if incoming.command:
        return await commands.commanded(state, incoming, here, ports)
    return await _said(state, incoming, here, ports)


async def _enrolled(at: AtDesk, incoming: Incoming, ports: Ports) -> Here | None:
    """Who this is, None for somebody without a seat here (in private: anywhere)."""
    seats = await ports.casebook.seats_of(at.moderator)
    roles = {desk: seat.role for desk, seat in seats.items()}
    if at.desk not in roles and (at.desk or not roles):
        return None
    here = Here(at.desk, at.moderator, roles, at.case, at.can_write, incoming.channel)
    return replace(here, message=incoming.message)


def _stranger(state: State, incoming: Incoming, at: AtDesk, ports: Ports) -> Outcome:
    """Talk in a group that is not meant for us stays unanswered."""
    meant = incoming.choice or at.case or not at.desk
    if incoming.choice == enrolment.LEFT or not meant:
        return Outcome(state)
    return Outcome(state, (Outgoing(ports.wording.say("desk.stranger")),))


async def _pressed(state: State, choice: str, here: Here, ports: Ports) -> Outcome:
    if choice == enrolment.LEFT:
        return enrolment.left(state, here, ports)
    if choice == enrolment.LEAVE:
        return await enrolment.leave(state, here, ports)
    if choice.startswith(PRIVATE_LINK):
        return await sealed.look(state, choice, here, ports)
    if choice == find.ALL or choice.startswith(find.PAGE):
        return await find.turned(state, choice, here, ports)
    return await actions.pressed(state, choice, here, ports)


async def _said(state: State, incoming: Incoming, here: Here, ports: Ports) -> Outcome:
    """Words without a command: what a button asked for, or an answer to a card."""
    if not incoming.text:
        return Outcome(state)
    if sealed.awaits_pin(state, incoming.text):
        return await sealed.pin(state, incoming.text, here, ports)
    if state.flow == FLOW and state.step == "merge":
        case = await case_by_id(here, state.data["case"], ports)
        if case is None:
            return Outcome(State(), (Outgoing(ports.wording.say("desk.gone")),))
        return await move.merge(state, incoming.text, case, here, ports)
    done = await writing.written(state, incoming.text, here, ports)
    return done or Outcome(state)

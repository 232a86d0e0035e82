"""Joining and leaving a desk: one-time codes from owners, and nothing else."""

from bot.chat.conversation import Outcome, State
from bot.chat.messages import AtDesk, Choice, Incoming, Outgoing
from bot.desks.enrolment import VALID_FOR, invitation_hash, new_invitation
from bot.desks.routes import Desk
from bot.store.effects import Effect, Enrol, Invite, Record, Unenrol
from handlers.desk.here import Here
from handlers.ports import Ports

LEAVE, LEFT = "desk:leave", "desk:left"


async def enrol(state: State, incoming: Incoming, at: AtDesk, ports: Ports) -> Outcome:
    """``/daftar KODE``: at the desk, or in the private chat where the code alone names the desk."""
    code_hash = invitation_hash(incoming.argument)
    invited = await ports.casebook.invitation(code_hash, int(ports.clock.now()))
    desk = ports.desks.get(invited[0]) if invited else None
    if invited is None or desk is None or at.desk not in ("", desk.id):
        return Outcome(state, (Outgoing(ports.wording.say("desk.wrong_invitation")),))
    today = str(ports.clock.today())
    effect = Enrol(desk.id, at.moderator, code_hash, today, invited[1])
    record = Record(desk.id, at.moderator, "enrol", today)
    said = ports.wording.say(f"desk.enrolled.{invited[1]}", desk=desk.name)
    return Outcome(state, (Outgoing(said),), (effect, record))


async def invite(state: State, name: str, here: Here, ports: Ports) -> Outcome:
    """``/undang [MEJA]``: an owner's code for his own desk, or a regency desk of his province.

    Never in a group: whoever reads along there could use it first.
    """
    if here.desk and here.channel != "web":
        return Outcome(state, (Outgoing(ports.wording.say("desk.invite.private")),))
    desks = {desk.id: desk for desk in _owned(here, ports)}
    if not desks:
        return Outcome(state, (Outgoing(ports.wording.say("desk.invite.not_owner")),))
    desk = _named(name, desks)
    if desk is None:
        said = ports.wording.say("desk.invite.which", desks=", ".join(desks))
        return Outcome(state, (Outgoing(said),))
    code, now = new_invitation(), int(ports.clock.now())
    said = ports.wording.say(
        "desk.invite.code", desk=desk.name, code=code, minutes=str(VALID_FOR // 60)
    )
    return Outcome(
        state, (Outgoing(said),), (Invite(desk.id, now + VALID_FOR, invitation_hash(code)),)
    )


def _owned(here: Here, ports: Ports) -> list[Desk]:
    own = [ports.desks.get(name) for name in here.roles if here.owns(name)]
    return [desk for top in own if top for desk in ports.desks.below(top)]


def _named(name: str, desks: dict[str, Desk]) -> Desk | None:
    """By id or name; without a name the only one there is, or the first, which is his own."""
    wanted = name.strip().casefold()
    if not wanted:
        return next(iter(desks.values()))
    return next((d for d in desks.values() if wanted in (d.id.casefold(), d.name.casefold())), None)


async def ask_to_leave(state: State, here: Here, ports: Ports) -> Outcome:
    """``/keluar``: asked once more, because a word is typed, or tapped in a text, so easily."""
    choice = Choice(ports.wording.plain("desk.leave.confirm"), LEAVE)
    if here.private:
        return Outcome(state, (Outgoing(ports.wording.say("desk.leave.at_desk")),))
    return Outcome(state, (Outgoing(ports.wording.say("desk.leave.ask"), (choice,)),))


async def leave(state: State, here: Here, ports: Ports) -> Outcome:
    """ "Ya, keluar"."""
    done = Outgoing(ports.wording.say("desk.leave.done"), replaces=True)
    return Outcome(state.ended(), (done,), _gone(here, ports))


def left(state: State, here: Here, ports: Ports) -> Outcome:
    """He is no longer in the group: the seat goes without a word."""
    return Outcome(state.ended(), (), _gone(here, ports))


def _gone(here: Here, ports: Ports) -> tuple[Effect, ...]:
    record = Record(here.desk, here.moderator, "leave", str(ports.clock.today()))
    return Unenrol(here.desk, here.moderator), record

"""Sealed desks: what is in a case is brought to one moderator in private, after a PIN.

The same way leads to exports and forms at every desk; only sealed ones ask for the PIN. Nothing of
this is ever said in a group.
"""

from bot.chat.conversation import Outcome, State
from bot.chat.messages import PRIVATE_LINK, Outgoing
from bot.desks.casebook import CaseRow
from bot.desks.pin import Seat, hashed, is_locked, is_right, is_weak, pins_in
from bot.limits import OPENED_FOR, PIN_TRIES
from bot.store.effects import CountPinTry, Effect, Errand, Record, SetPin
from handlers.desk import cards
from handlers.desk.here import FLOW, Here, case_by_id
from handlers.ports import Ports

OPEN, EXPORT, FORM = "open", "export", "form"
_STEP = "pin"


async def look(state: State, link: str, here: Here, ports: Ports) -> Outcome:
    """The button "Buka isi", or the link behind it: ``k-`` and the case's id."""
    case = await case_by_id(here, link.removeprefix(PRIVATE_LINK), ports)
    if case is None:
        return _say(state, ports, "desk.gone")
    return await wanted(state, OPEN, "", case, here, ports)


async def wanted(
    state: State, kind: str, pin: str, case: CaseRow, here: Here, ports: Ports
) -> Outcome:
    """``/isi``, ``/ekspor``, ``/formulir`` with a code; the PIN may follow it."""
    if kind == OPEN and not cards.is_sealed(ports, case):
        return _say(state, ports, "desk.only_at_desk")
    if not here.moderator_alone:
        return _elsewhere(state, kind, pin, case, here, ports)
    if not cards.is_sealed(ports, case):
        return _brought(state, kind, case, here, ports)
    waiting = State(FLOW, _STEP, {"case": case.id, "kind": kind})
    if not pin:
        return await _asked(waiting, case, here, ports)
    return _with(await _tried(waiting, pin, case, here, ports), _erased(here, ports))


def _elsewhere(
    state: State, kind: str, pin: str, case: CaseRow, here: Here, ports: Ports
) -> Outcome:
    """In a group: exports go to the private chat at once, sealed content asks for the PIN there."""
    if pins_in(pin):
        return _say(state, ports, "sealed.not_in_group")
    if cards.is_sealed(ports, case):
        word = ports.wording.plain(f"sealed.words.{kind}")
        return _say(state, ports, "sealed.in_private", code=case.code, word=word)
    return _brought(state, kind, case, here, ports, "sealed.sent_private")


async def _asked(waiting: State, case: CaseRow, here: Here, ports: Ports) -> Outcome:
    seat = await ports.casebook.seat(case.desk, here.moderator)
    if seat is None:
        return _say(waiting.ended(), ports, "desk.gone")
    if is_locked(seat):
        return _say(waiting.ended(), ports, "sealed.locked")
    key = "sealed.ask" if seat.pin else "sealed.choose"
    return _say(waiting, ports, f"{key}.{_where(here)}", code=case.code)


async def pin(state: State, text: str, here: Here, ports: Ports) -> Outcome:
    """``/pin 123456``: choose it, or prove it where a case waits; two of them change it."""
    if not here.moderator_alone:
        return _say(state, ports, "sealed.not_in_group")
    given = pins_in(text)
    erased = _erased(here, ports)
    if not given or len(given) > 2:
        return _with(_say(state, ports, "sealed.shape"), erased)
    if len(given) == 2:
        return _with(await _changed(state, given[0], given[1], here, ports), erased)
    case = await case_by_id(here, state.data.get("case"), ports) if _waits(state) else None
    if case is None:
        return _with(await _chosen(state, given[0], here, ports), erased)
    return _with(await _tried(state, given[0], case, here, ports), erased)


def awaits_pin(state: State, text: str) -> bool:
    """In the web room the PIN may be typed by itself."""
    return _waits(state) and bool(pins_in(text))


async def reset(state: State, name: str, here: Here, ports: Ports) -> Outcome:
    """``/aturulangpin MODERATOR``: by an owner, at his desks; nothing is lost by it."""
    owned = [desk for desk in here.roles if here.owns(desk) and here.desk in ("", desk)]
    seats = [desk for desk in owned if await ports.casebook.seat(desk, name.strip())]
    if not name.strip() or not seats:
        return _say(state, ports, "sealed.reset.unknown" if owned else "sealed.reset.not_owner")
    effects: list[Effect] = []
    for desk in seats:
        effects.append(SetPin(desk, name.strip(), None))
        effects.append(_record(desk, "pin-reset", here, ports))
    said = ports.wording.say("sealed.reset.done", moderator=name.strip())
    return Outcome(state, (Outgoing(said),), tuple(effects))


async def _tried(waiting: State, text: str, case: CaseRow, here: Here, ports: Ports) -> Outcome:
    """A PIN in front of one case. The first that anybody gives becomes his."""
    seat = await ports.casebook.seat(case.desk, here.moderator)
    given = pins_in(text)
    if seat is None:
        return _say(waiting.ended(), ports, "desk.gone")
    if is_locked(seat):
        return _say(waiting.ended(), ports, "sealed.locked")
    if len(given) != 1:
        return _say(waiting, ports, "sealed.shape")
    if seat.pin is None:
        return await _chosen(waiting, given[0], here, ports, case)
    if not await is_right(seat, given[0]):
        return _wrong(waiting, "sealed.wrong", seat, case.desk, here, ports, case.id)
    brought = _brought(State(), waiting.data["kind"], case, here, ports)
    return _with(brought, (CountPinTry(case.desk, here.moderator, right=True),))


def _wrong(
    state: State, key: str, seat: Seat, desk: str, here: Here, ports: Ports, case_id: str = ""
) -> Outcome:
    """One try less; after the last one the PIN is locked."""
    left = PIN_TRIES - seat.pin_tries - 1
    tried = CountPinTry(desk, here.moderator, right=False)
    if left > 0:
        return _with(_say(state, ports, key, left=str(left)), (tried,))
    locked = _record(desk, "pin-locked", here, ports, case_id)
    return _with(_say(State(), ports, "sealed.locked"), (tried, locked))


async def _chosen(
    state: State, new: str, here: Here, ports: Ports, case: CaseRow | None = None
) -> Outcome:
    """A first PIN at every sealed desk where he has none yet; then on with what he wanted."""
    if is_weak(new):
        return _say(state, ports, "sealed.weak")
    desks = [desk for desk in here.roles if _is_sealed(desk, ports)]
    seats = {desk: await ports.casebook.seat(desk, here.moderator) for desk in desks}
    bare = [desk for desk, seat in seats.items() if seat and seat.pin is None]
    if not bare:
        return _say(state, ports, "sealed.has_one" if desks else "sealed.no_desk")
    stored = await hashed(new)
    effects = tuple(SetPin(desk, here.moderator, stored) for desk in bare)
    records = tuple(_record(desk, "pin-set", here, ports) for desk in bare)
    said = Outgoing(ports.wording.say("sealed.stored"))
    if case is None:
        return Outcome(state, (said,), (*effects, *records))
    brought = _brought(State(), state.data["kind"], case, here, ports)
    return Outcome(brought.state, (said, *brought.replies), (*effects, *records, *brought.effects))


async def _changed(state: State, old: str, new: str, here: Here, ports: Ports) -> Outcome:
    if is_weak(new):
        return _say(state, ports, "sealed.weak")
    found = {desk: await ports.casebook.seat(desk, here.moderator) for desk in here.roles}
    seats = {desk: seat for desk, seat in found.items() if seat and seat.pin is not None}
    if not seats:
        return _say(state, ports, "sealed.none_yet")
    if any(map(is_locked, seats.values())):
        return _say(state, ports, "sealed.locked")
    for desk, seat in seats.items():
        if not await is_right(seat, old):
            return _wrong(state, "sealed.wrong_old", seat, desk, here, ports)
    stored = await hashed(new)
    effects = tuple(SetPin(desk, here.moderator, stored) for desk in seats)
    records = tuple(_record(desk, "pin-set", here, ports) for desk in seats)
    return _with(_say(state, ports, "sealed.stored"), (*effects, *records))


def _brought(
    state: State, kind: str, case: CaseRow, here: Here, ports: Ports, key: str = ""
) -> Outcome:
    """It comes in messages of its own, to this moderator alone; the audit knows of it."""
    errand = Errand(kind, here.channel, case.desk, here.moderator, case.id, int(ports.clock.now()))
    minutes = str(OPENED_FOR // 60)
    said = _say(state, ports, key or f"sealed.coming.{kind}", code=case.code, minutes=minutes)
    return _with(said, (errand, _record(case.desk, kind, here, ports, case.id)))


def _erased(here: Here, ports: Ports) -> tuple[Effect, ...]:
    """The message with the PIN goes; the web room keeps none."""
    if here.message is None or here.channel == "web":
        return ()
    now = int(ports.clock.now())
    return (Errand("remove", here.channel, here.desk, here.moderator, "", now, here.message),)


def _record(desk: str, action: str, here: Here, ports: Ports, case_id: str = "") -> Record:
    return Record(desk, here.moderator, action, str(ports.clock.today()), case_id)


def _waits(state: State) -> bool:
    return state.flow == FLOW and state.step == _STEP


def _where(here: Here) -> str:
    return "web" if here.channel == "web" else "private"


def _is_sealed(desk: str, ports: Ports) -> bool:
    found = ports.desks.get(desk)
    return found is not None and found.mode == "sealed"


def _say(state: State, ports: Ports, key: str, **fields: str) -> Outcome:
    return Outcome(state, (Outgoing(ports.wording.say(key, **fields)),))


def _with(outcome: Outcome, effects: tuple[Effect, ...]) -> Outcome:
    return Outcome(outcome.state, outcome.replies, (*outcome.effects, *effects))

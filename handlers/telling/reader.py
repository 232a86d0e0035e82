"""Who reads a tip: a desk that somebody attends, chosen by the person where there are several."""

from dataclasses import dataclass
from datetime import date

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import Text, join
from bot.dates import say_date
from bot.desks.routes import NATIONAL, Desk
from bot.desks.switches import Switch
from handlers.ports import Ports
from handlers.telling import draft

STEP = "reader"
NOBODY = "nobody"
_CONTACTS = 2  # shown with the official route


@dataclass(frozen=True, slots=True)
class Readers:
    """The desks that would take a tip, nearest first; ``refused``: one hears this chat no more;
    ``closed``: until when the region takes no tips."""

    desks: tuple[Desk, ...]
    refused: bool = False
    closed: date | None = None


async def readers(
    place: str, incoming: Incoming, ports: Ports, category: int | str | None = None
) -> Readers:
    """The attended desks for a region code, without those that blocked this sender today."""
    if closed := ports.desks.closed(place, ports.clock.today()):
        return Readers((), closed=closed.last)
    attended = await ports.casebook.attended_among([desk.id for desk in ports.desks.all()])
    taking = ports.desks.readers(place, category, attended)
    if category is None:  # not known yet: a desk for some kind may still read it
        kinds = (ports.desks.readers(place, number, attended) for number in ports.form.categories)
        taking = taking or next(filter(None, kinds), [])
    tag = incoming.sender_tag
    blocked = {d.id for d in taking if await ports.casebook.is_blocked(d.id, tag)}
    return Readers(tuple(d for d in taking if d.id not in blocked), bool(blocked))


async def nobody(state: State, incoming: Incoming, ports: Ports) -> Outcome | None:
    """What to say as soon as it is known that nobody would read; None where somebody does."""
    place = draft.values(state)["place"]["code"]
    found = await _of_draft(state, incoming, ports)
    if found.desks:
        return None
    choices = tuple(
        Choice(ports.wording.plain(f"tip.reader.choices.{name}"), f"tip:{data}")
        for name, data in (("other_place", "place"), ("leave", "cancel"))
    )
    return Outcome(state.at(NOBODY), (Outgoing(closed_text(place, found, ports), choices),))


async def closed_before(text: str, incoming: Incoming, ports: Ports) -> Text | None:
    """The same, where a first message already names its place, before anything is asked."""
    place = ports.stories.read(text, ports.clock.today()).place if text else None
    if place is None:
        return None
    found = await readers(place, incoming, ports)
    return None if found.desks else closed_text(place, found, ports)


def closed_text(place: str, found: Readers, ports: Ports) -> Text:
    """That nobody here takes it, and the official route for the place."""
    if found.closed:
        said = ports.wording.say("tip.reader.closed", day=say_date(found.closed))
    else:
        said = ports.wording.say(f"tip.reader.{'blocked' if found.refused else 'none'}")
    return join([said, official_route(place, ports)])


def on_alert(place: str, ports: Ports) -> Switch | None:
    """The region is on alert: the form is short and names the local post."""
    return ports.desks.alert(place, ports.clock.today())


def official_route(place: str, ports: Ports) -> Text:
    """Where else one may turn: the nearest contacts for a region code."""
    contacts = ports.reference.contacts.get().near(place)[:_CONTACTS]
    lines = [
        ports.wording.say("tip.reader.contact", name=contact.name, value=contact.value)
        for contact in contacts
    ]
    return join([ports.wording.say("tip.reader.route"), *lines], "\n")


async def choose(state: State, incoming: Incoming, ports: Ports) -> tuple[State, Outgoing | None]:
    """The draft with its only desk, or the question which of several it is to be."""
    place = draft.values(state)["place"]["code"]
    found = await _of_draft(state, incoming, ports)
    if len(found.desks) == 1:
        return state.at(state.step, desk=found.desks[0].id), None
    choices = tuple(
        Choice(label, f"tip:desk:{desk.id}")
        for desk, label in zip(found.desks, _labels(found.desks, place, ports), strict=True)
    )
    refused = ports.wording.say("tip.reader.one_blocked") if found.refused else Text()
    text = join([ports.wording.say("tip.reader.ask"), refused])
    return state.at(STEP), Outgoing(text, choices)


async def chosen(state: State, incoming: Incoming, ports: Ports, desk: str) -> State | None:
    """The draft with the desk that was chosen; None for one that does not take it."""
    if "place" not in draft.answers(state):
        return None
    found = await _of_draft(state, incoming, ports)
    if desk not in [one.id for one in found.desks]:
        return None
    return state.at(state.step, desk=desk)


async def _of_draft(state: State, incoming: Incoming, ports: Ports) -> Readers:
    values = draft.values(state)
    category = state.data.get("special") or values.get("category")
    return await readers(values["place"]["code"], incoming, ports, category)


def _labels(desks: tuple[Desk, ...], place: str, ports: Ports) -> list[str]:
    """The names, with how near each is where they are not equally near."""
    levels = [_distance(desk, place) for desk in desks]
    if len(set(levels)) == 1:
        return [desk.name for desk in desks]
    return [
        str(ports.wording.say(f"tip.reader.{_how_near(level, levels)}", desk=desk.name))
        for desk, level in zip(desks, levels, strict=True)
    ]


def _how_near(level: int, levels: list[int]) -> str:
    return "nearest" if level == min(levels) else "farther"


def _distance(desk: Desk, place: str) -> int:
    """0 the place's own, 1 its province's, 2 the whole country's."""
    codes = (place, place.split(".")[0], NATIONAL)
    return next((step for step, code in enumerate(codes) if code in desk.regions), len(codes))

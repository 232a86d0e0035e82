"""Asking: a question comes in, a curated answer, a menu, or an honest "belum tahu" goes out.

A question outside a form writes nothing: whatever the next press needs rides in the buttons.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import Text
from bot.knowledge.matcher import Match
from bot.knowledge.topics import ACTORS, Topic
from bot.limits import CLARIFICATIONS_MAX, MENU_SIZE, MESSAGE_MAX
from bot.store.effects import CountFeedback
from handlers.asking import answers, curator, for_whom, rules
from handlers.asking.for_whom import Asker
from handlers.asking.trail import Trail
from handlers.ports import Ports
from handlers.telling import offer

_ACTOR = "actor"
_RELATIONS = ("Suami/istri",)  # whom a question is about, not what the person is for the day
_PICTURES = {"photo", "document", "video", "sticker"}


async def question(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """Any message that nothing else takes."""
    if incoming.attachments:
        offered = await offer.for_files(state, incoming, ports)
        return offered or Outcome(state, (_unreadable(incoming, ports),))
    if len(incoming.text) > MESSAGE_MAX:
        return Outcome(state, (Outgoing(ports.wording.say("ask.too_long")),))
    if opened := await offer.for_receipt(state, incoming, ports):
        return opened
    text = incoming.argument if incoming.command else incoming.text
    match = await ports.matcher.answer(text)
    if match.outcome == "rule":
        return await rules.follow(state, incoming, ports, match)
    if match.outcome != "answer" and (offered := await offer.for_text(state, incoming, ports)):
        return offered
    ports.usage.match((*match.candidates, "")[0], match.outcome, ports.matcher.version)
    said = await reply(ports, match, state, incoming)
    return Outcome(state, (rules.remark(said, ports, match),))


async def reply(ports: Ports, match: Match, state: State, incoming: Incoming) -> Outgoing:
    """The message for one of the four outcomes."""
    trail = Trail(actor=match.actor or "", phase=match.phase or "")
    match match.outcome:
        case "answer":
            topic = ports.topics[match.topic or ""]
            return _answer(ports, topic, state, incoming, trail, match.candidates)
        case "ask_back" if match.ask:
            choices = [
                Choice(choice.label, f"t:{answers.ticket(choice.topic)}")
                for choice in match.ask.choices
            ]
            none = Choice(ports.wording.plain("ask.choices.none"), "none")
            asked = Outgoing(Text.plain(match.ask.question), (*choices, none))
            return trail.further().on(asked)
        case "menu" | "ask_back":
            intro = ports.wording.say("ask.menu")
            return trail.further().on(answers.menu(ports, intro, match.candidates[:MENU_SIZE]))
        case _:
            return await _no_answer(ports, trail)


async def _no_answer(ports: Ports, trail: Trail) -> Outgoing:
    """Say so, and where else to turn; after two clarifications, stop guessing."""
    key = "ask.abstain" if trail.clarified < CLARIFICATIONS_MAX else "ask.hand_over"
    topics = Choice(ports.wording.plain("ask.choices.topics"), "topics")
    return Outgoing(ports.wording.say(key), (topics, *await curator.offer(ports)))


async def topic(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """A topic chosen from a menu, a list, or a link: ``t:<ticket>``."""
    ticket, *tail = _parts(incoming)
    found = answers.by_ticket(ports, ticket)
    if found is None:
        return _unknown(state, ports)
    return Outcome(state, (_answer(ports, found, state, incoming, Trail.read(tail)),))


async def more(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """ "Selengkapnya" (``more:<ticket>``)."""
    found = _pressed(incoming, ports)
    if found is None:
        return _unknown(state, ports)
    return Outcome(state, (answers.details(ports, found),))


async def related(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """ "Pertanyaan terkait" (``rel:<ticket>``): the topics that a curator put beside it."""
    found = _pressed(incoming, ports)
    if found is None:
        return _unknown(state, ports)
    return Outcome(state, (answers.menu(ports, ports.wording.say("ask.related"), found.related),))


async def not_this(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """ "Bukan ini" (``not:<ticket>:<tickets>``): the other candidates, or the topics beside it."""
    wrong, names, *tail = _parts(incoming)
    found, trail = answers.by_ticket(ports, wrong), Trail.read(tail)
    others = [t for name in names.split(",") if (t := answers.by_ticket(ports, name))]
    ids = [t.id for t in others] or list(found.related if found else ())
    effects = _feedback(found, "tidak", ports)
    if not ids or trail.clarified >= CLARIFICATIONS_MAX:
        return Outcome(state, (await _no_answer(ports, trail),), effects)
    shown = answers.menu(ports, ports.wording.say("ask.menu"), ids[:MENU_SIZE])
    return Outcome(state, (trail.further().on(shown),), effects)


async def helpful(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """ "Menjawab" (``ok:<ticket>``): counted for the topic, for nobody."""
    found = _pressed(incoming, ports)
    thanks = Outgoing(ports.wording.say("ask.thanks.helpful"))
    return Outcome(state, (thanks,), _feedback(found, "ya", ports))


async def none_of_these(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """ "Bukan salah satu" of a menu."""
    return Outcome(state, (await _no_answer(ports, Trail.read(_parts(incoming))),))


async def categories(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """The list of categories; ``topics:here`` shows it in place of the list that was pressed."""
    choices = tuple(Choice(name, f"cat:{key}:here") for key, name in ports.categories.items())
    here = incoming.choice == "topics:here"
    return Outcome(state, (Outgoing(ports.wording.say("ask.categories"), choices, replaces=here),))


async def category(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """``cat:<key>``; with ``:here``, in place of the list that was pressed, and the way back."""
    key, here, *_ = _parts(incoming)
    found = [t for t in ports.topics.values() if t.category == key]
    if not found:
        return _unknown(state, ports)
    choices = [Choice(t.question, f"t:{answers.ticket(t.id)}") for t in found]
    if here:
        choices.append(Choice(ports.wording.plain("ask.choices.topics"), "topics:here"))
    shown = ports.wording.say("ask.category", name=ports.categories[key])
    return Outcome(state, (Outgoing(shown, tuple(choices), replaces=bool(here)),))


async def choose_actor(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """Ask for whom the answers are: ``who:<ticket>``, answered by ``as:<place>:<ticket>``."""
    ticket, *tail = _parts(incoming)
    asked = Outgoing(ports.wording.say("ask.actor_menu"), _actors(ACTORS, ticket))
    return Outcome(state, (Trail.read(tail).on(asked),))


async def set_actor(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """``as:<place>:<ticket>``: answer the topic for this actor, who is remembered for the day."""
    place, ticket, *tail = _parts(incoming)
    if not place.isdecimal() or int(place) >= len(ACTORS):
        return _unknown(state, ports)
    actor = ACTORS[int(place)]
    chosen = State(state.flow, state.step, {**state.data, _ACTOR: actor})
    after = state if actor in _RELATIONS else chosen
    found = answers.by_ticket(ports, ticket)
    if found is None:
        return Outcome(after, (Outgoing(ports.wording.say("ask.actor_set", actor=actor)),))
    trail = replace(Trail.read(tail), actor="")
    return Outcome(after, (_answer(ports, found, chosen, incoming, trail),))


def _actors(actors: Sequence[str], ticket: str) -> tuple[Choice, ...]:
    return tuple(Choice(actor, f"as:{ACTORS.index(actor)}:{ticket}") for actor in actors)


def _answer(
    ports: Ports,
    topic: Topic,
    state: State,
    incoming: Incoming,
    trail: Trail,
    candidates: tuple[str, ...] = (),
) -> Outgoing:
    """The topic's answer for whoever asks; first "untuk siapa?" where the verdict turns on it."""
    asker = _asker(ports, state, trail)
    own = for_whom.own_line(topic, asker)
    if own is None and (actors := for_whom.to_ask(topic, asker)):
        return trail.on(_which_actor(ports, topic, actors))
    note = Text()
    if ports.acquaintance.first_time(incoming.visitor):
        knows = ports.wording.plain(f"ask.knows.{incoming.channel}")
        note = ports.wording.say("ask.answer.first_time", channel=knows)
    ports.usage.show(topic.id)
    seen = for_whom.seen_by(topic, *own, ports.wording) if own else topic
    said = answers.answer(ports, seen, candidates=candidates, actor=asker.actor, note=note)
    return trail.on(said)


def _asker(ports: Ports, state: State, trail: Trail) -> Asker:
    """The phase is the one stated, else the one that runs in the whole country."""
    running = ports.reference.stages.stage_of(None, ports.clock.today())
    phase = trail.phase or (running.kind.phase if running else "")
    return Asker(trail.actor, str(state.data.get(_ACTOR, "")), phase)


def _which_actor(ports: Ports, topic: Topic, actors: Sequence[str]) -> Outgoing:
    ticket = answers.ticket(topic.id)
    other = Choice(ports.wording.plain("ask.choices.other_actor"), f"who:{ticket}")
    asked = ports.wording.say("ask.which_actor", question=topic.question)
    return Outgoing(asked, (*_actors(actors, ticket), other))


def _pressed(incoming: Incoming, ports: Ports) -> Topic | None:
    return answers.by_ticket(ports, _parts(incoming)[0])


def _parts(incoming: Incoming) -> list[str]:
    """What follows the name in a choice's data; at least two, empty where missing."""
    return [*(incoming.choice or "").split(":")[1:], "", ""]


def _unknown(state: State, ports: Ports) -> Outcome:
    return Outcome(state, (Outgoing(ports.wording.say("ask.unknown_topic")),))


def _unreadable(incoming: Incoming, ports: Ports) -> Outgoing:
    kinds = {attachment.kind for attachment in incoming.attachments}
    return Outgoing(ports.wording.say("ask.picture" if kinds & _PICTURES else "ask.voice"))


def _feedback(found: Topic | None, outcome: str, ports: Ports) -> tuple[CountFeedback, ...]:
    return (CountFeedback(found.id, outcome, str(ports.clock.today())),) if found else ()

"""Asking: a question comes in, a curated answer, a menu, or an honest "belum tahu" goes out.

A question outside a form writes nothing: whatever the next press needs rides in the buttons.
"""

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import Text
from bot.knowledge.matcher import Match
from bot.knowledge.topics import ACTORS, Topic
from bot.limits import MENU_SIZE, MESSAGE_MAX
from bot.store.effects import CountFeedback
from handlers import answers, rules
from handlers.ports import Ports

_ACTOR = "actor"
_PICTURES = {"photo", "document", "video", "sticker"}


async def question(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """Any message that nothing else takes."""
    if incoming.attachments:
        return Outcome(state, (_unreadable(incoming, ports),))
    if len(incoming.text) > MESSAGE_MAX:
        return Outcome(state, (Outgoing(ports.wording.say("ask.too_long")),))
    text = incoming.argument if incoming.command else incoming.text
    match = await ports.matcher.answer(text)
    if match.outcome == "rule":
        return await rules.follow(state, incoming, ports, match)
    said = reply(ports, match, state, incoming)
    return Outcome(state, (rules.remark(said, ports, match),))


def reply(ports: Ports, match: Match, state: State, incoming: Incoming) -> Outgoing:
    """The message for one of the four outcomes."""
    match match.outcome:
        case "answer":
            topic = ports.topics[match.topic or ""]
            return _answer(ports, topic, state, incoming, match.candidates, match.actor)
        case "ask_back" if match.ask:
            choices = [
                Choice(choice.label, f"t:{answers.ticket(choice.topic)}")
                for choice in match.ask.choices
            ]
            none = Choice(ports.wording.plain("ask.choices.none"), "none")
            return Outgoing(Text.plain(match.ask.question), (*choices, none))
        case "menu" | "ask_back":
            intro = ports.wording.say("ask.menu")
            return answers.menu(ports, intro, match.candidates[:MENU_SIZE])
        case _:
            return abstain(ports)


def abstain(ports: Ports) -> Outgoing:
    return Outgoing(
        ports.wording.say("ask.abstain"),
        (Choice(ports.wording.plain("ask.choices.topics"), "topics"),),
    )


async def topic(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """A topic chosen from a menu, a list, or a link."""
    found = _pressed(incoming, ports)
    if found is None:
        return _unknown(state, ports)
    return Outcome(state, (_answer(ports, found, state, incoming),))


async def more(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    found = _pressed(incoming, ports)
    if found is None:
        return _unknown(state, ports)
    return Outcome(state, (answers.details(ports, found),))


async def related(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    found = _pressed(incoming, ports)
    if found is None:
        return _unknown(state, ports)
    return Outcome(state, (answers.menu(ports, ports.wording.say("ask.related"), found.related),))


async def not_this(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """ "Bukan ini": the other candidates, or the topics beside the one that was wrong."""
    _, wrong, *rest = (incoming.choice or "").split(":")
    found = answers.by_ticket(ports, wrong)
    others = [t for name in ",".join(rest).split(",") if (t := answers.by_ticket(ports, name))]
    ids = [t.id for t in others] or list(found.related if found else ())
    effects = _feedback(found, "tidak", ports)
    if not ids:
        return Outcome(state, (abstain(ports),), effects)
    shown = answers.menu(ports, ports.wording.say("ask.menu"), ids[:MENU_SIZE])
    return Outcome(state, (shown,), effects)


async def helpful(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    found = _pressed(incoming, ports)
    thanks = Outgoing(ports.wording.say("ask.thanks.helpful"))
    return Outcome(state, (thanks,), _feedback(found, "ya", ports))


async def none_of_these(state: State, _incoming: Incoming, ports: Ports) -> Outcome:
    return Outcome(state, (abstain(ports),))


async def categories(state: State, _incoming: Incoming, ports: Ports) -> Outcome:
    choices = tuple(Choice(name, f"cat:{key}") for key, name in ports.categories.items())
    return Outcome(state, (Outgoing(ports.wording.say("ask.categories"), choices),))


async def category(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    key = (incoming.choice or "").partition(":")[2]
    found = [t for t in ports.topics.values() if t.category == key]
    if not found:
        return _unknown(state, ports)
    choices = tuple(Choice(t.question, f"t:{answers.ticket(t.id)}") for t in found)
    shown = ports.wording.say("ask.category", name=ports.categories[key])
    return Outcome(state, (Outgoing(shown, choices),))


async def choose_actor(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """Ask for whom the next answers are; ``who:<ticket>`` or ``as:<place>:<ticket>``."""
    ticket = (incoming.choice or "").partition(":")[2]
    choices = tuple(Choice(name, f"as:{place}:{ticket}") for place, name in enumerate(ACTORS))
    return Outcome(state, (Outgoing(ports.wording.say("ask.actor_menu"), choices),))


async def set_actor(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    _, place, *ticket = (incoming.choice or "").split(":")
    if not place.isdecimal() or int(place) >= len(ACTORS):
        return _unknown(state, ports)
    actor = ACTORS[int(place)]
    after = State(state.flow, state.step, {**state.data, _ACTOR: actor})
    said = Outgoing(ports.wording.say("ask.actor_set", actor=actor))
    found = answers.by_ticket(ports, ticket[0]) if ticket else None
    replies = (said, _answer(ports, found, after, incoming)) if found else (said,)
    return Outcome(after, replies)


def _answer(
    ports: Ports,
    topic: Topic,
    state: State,
    incoming: Incoming,
    candidates: tuple[str, ...] = (),
    stated: str | None = None,
) -> Outgoing:
    actor = stated or str(state.data.get(_ACTOR, ""))
    note = Text()
    if ports.acquaintance.first_time(incoming.visitor):
        knows = ports.wording.plain(f"ask.knows.{incoming.channel}")
        note = ports.wording.say("ask.answer.first_time", channel=knows)
    return answers.answer(ports, topic, candidates=candidates, actor=actor, note=note)


def _pressed(incoming: Incoming, ports: Ports) -> Topic | None:
    return answers.by_ticket(ports, (incoming.choice or "").partition(":")[2])


def _unknown(state: State, ports: Ports) -> Outcome:
    return Outcome(state, (Outgoing(ports.wording.say("ask.unknown_topic")),))


def _unreadable(incoming: Incoming, ports: Ports) -> Outgoing:
    kinds = {attachment.kind for attachment in incoming.attachments}
    return Outgoing(ports.wording.say("ask.picture" if kinds & _PICTURES else "ask.voice"))


def _feedback(found: Topic | None, outcome: str, ports: Ports) -> tuple[CountFeedback, ...]:
    return (CountFeedback(found.id, outcome, str(ports.clock.today())),) if found else ()

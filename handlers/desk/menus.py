"""Behind "Lainnya": the other actions, the guide, and what was said in a case so far."""

from dataclasses import replace
from datetime import date

from bot.chat.clean import clean_text
from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Outgoing
from bot.chat.text import Text, join
from bot.dates import say_date
from bot.desks.actions import BY_STATUS, allowed
from bot.desks.casebook import CaseRow, Entry
from bot.desks.guide import Advice, Basis
from bot.store.effects import QUESTION
from handlers.desk import cards
from handlers.desk.here import Here, fresh_card
from handlers.ports import Ports

_MORE = ("release", "statuses", "move", "note", "invite", "merge", "quarantine", "restore")
_BLOCKING = ("block", "unblock")


async def more(state: State, case: CaseRow, _here: Here, ports: Ports) -> Outcome:
    """The card with all that has no button of its own on it."""
    return await _menu(state, case, _more(case), ports)


async def statuses(state: State, case: CaseRow, _here: Here, ports: Ports) -> Outcome:
    """The card with the statuses that can be set now."""
    possible = allowed(case)
    names = [name for name in BY_STATUS.values() if name in possible]
    return await _menu(state, case, names, ports)


def _more(case: CaseRow) -> list[str]:
    possible = allowed(case)
    looks = ["history"] if case.kind == QUESTION else ["guide", "history"]
    acts = [_renamed(name) for name in (*_MORE, *_BLOCKING) if name in (*possible, "statuses")]
    return [*looks, *acts]


def _renamed(name: str) -> str:
    return "moves" if name == "move" else name


async def _menu(state: State, case: CaseRow, names: list[str], ports: Ports) -> Outcome:
    shown = await fresh_card(ports, case)
    if shown is None:
        return Outcome(state, (Outgoing(ports.wording.say("desk.gone")),))
    choices: tuple[Choice, ...] = tuple(cards.button(ports, name, case) for name in names)
    choices = (*choices, cards.button(ports, "back", case))
    return Outcome(state, (replace(shown, choices=choices, replaces=True),))


# The guide


async def guide(state: State, case: CaseRow, _here: Here, ports: Ports) -> Outcome:
    """Likely basis, elements, who decides and a checklist; without a word of the tip."""
    content = await ports.casebook.content(case)
    if content is None or case.kind == QUESTION:
        return Outcome(state, (Outgoing(ports.wording.say("desk.gone")),))
    advice = ports.guide.of(content.get("category"), content.get("special"))
    said = set(content["given"])
    elements = [_element(ports, text, said & set(by)) for text, by in _elements(advice)]
    text = join(
        [
            ports.wording.say("desk.guide.title", code=case.code),
            _listed(ports, "basis", [_basis(ports, basis) for basis in advice.basis]),
            _listed(ports, "elements", elements),
            _listed(ports, "decides", list(advice.decides)),
            _listed(ports, "checklist", list(advice.checklist)),
            Text.plain(ports.guide.note),
        ]
    )
    return Outcome(state, (Outgoing(text, protected=True, case=case.id),))


def _elements(advice: Advice) -> list[tuple[str, tuple[str, ...]]]:
    return [(element.text, element.said) for element in advice.elements]


def _element(ports: Ports, text: str, said: set[str]) -> str:
    """An element is never proven by a tip; at best the sender says something of it."""
    key = "said" if said else "unsaid"
    return f"{text} ({ports.wording.plain(f'desk.guide.{key}')})"


def _basis(ports: Ports, basis: Basis) -> str:
    name = ports.law[basis.instrument].short
    source = f"{name} {basis.article}".strip()
    return f"{source}: {basis.gist}"


def _listed(ports: Ports, key: str, lines: list[str]) -> Text:
    bullets = [Text.plain(f"• {line}") for line in lines]
    return join([ports.wording.say(f"desk.guide.{key}"), *bullets], "\n")


# The history


async def history(state: State, case: CaseRow, here: Here, ports: Ports) -> Outcome:
    """What came after the tip: additions, questions and answers, notes."""
    if here.private or cards.is_sealed(ports, case):
        return Outcome(state, (Outgoing(ports.wording.say("desk.sealed", code=case.code)),))
    entries = [e for e in await ports.casebook.entries(case) if e.direction != "tip"]
    lines = [_entry(ports, entry) for entry in entries]
    title = ports.wording.say("desk.history.title", code=case.code)
    nothing = [] if lines else [ports.wording.say("desk.history.nothing")]
    text = join([title, *lines, *nothing])
    return Outcome(state, (Outgoing(text, protected=True, case=case.id),))


def _entry(ports: Ports, entry: Entry) -> Text:
    return ports.wording.say(
        f"desk.history.{entry.direction}",
        day=say_date(date.fromisoformat(entry.day)),
        text=clean_text(entry.content.get("text", "")),
    )

"""Finding cases at a desk: by code, by word, those in quarantine."""

from typing import Any

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Outgoing
from bot.chat.text import Text, join
from bot.desks.actions import OPEN
from bot.desks.casebook import CaseRow, Quarantine
from bot.store.effects import QUESTION
from bot.tips.form import NEEDED, missing_parts
from handlers.desk import cards
from handlers.desk.here import Here
from handlers.ports import Ports

SHOWN = 10
READ = 300  # the newest cases whose text is searched
ALL = "saring"
PAGE = f"{ALL}:"
_DIGITS = 6

Found = tuple[CaseRow, dict[str, Any]]


async def search(state: State, words: str, here: Here, ports: Ports) -> Outcome:
    """Cases whose code, status, place, moderator or text holds every word, newest first; without
    a word the open ones. The texts of sealed desks are not searched."""
    wanted = words.casefold().split()
    newest = await ports.casebook.newest(here.desk, READ)
    found = [one for one in newest if _fits(one, wanted, ports)]
    return _listing(state, found, "desk.find.title", ports)


async def quarantine(
    state: State, here: Here, ports: Ports, start: int = 0, *, replaces: bool = False
) -> Outcome:
    """A page of what waits in quarantine: those with the fewest parts missing first, then the
    oldest."""
    if here.private:
        return Outcome(state, (Outgoing(ports.wording.say("desk.only_at_desk")),))
    found = await ports.casebook.quarantined(here.desk, start, SHOWN)
    return Outcome(state, (_page(found, ports, replaces=replaces),))


async def turned(state: State, choice: str, here: Here, ports: Ports) -> Outcome:
    """The button to the quarantine (`ALL`), or to another page of it."""
    start = choice.removeprefix(PAGE)
    if not (start.isascii() and start.isdigit() and len(start) <= _DIGITS):
        return await quarantine(state, here, ports)
    return await quarantine(state, here, ports, int(start), replaces=True)


def _page(found: Quarantine, ports: Ports, *, replaces: bool) -> Outgoing:
    if not found.count:
        return Outgoing(ports.wording.say("desk.find.quarantine_empty"), replaces=replaces)
    start, further = found.start, found.start + SHOWN
    head = ports.wording.say(
        "desk.find.quarantine",
        count=str(found.count),
        complete=str(found.complete),
        first=str(start + 1),
        last=str(min(further, found.count)),
    )
    lines = [Text.plain("• ") + _short(one, ports) for one in found.page]
    choices = [cards.button(ports, "open", case, case.code) for case, _ in found.page]
    if start:
        earlier = f"{PAGE}{max(0, start - SHOWN)}"
        choices.append(Choice(ports.wording.plain("desk.choices.earlier"), earlier))
    if further < found.count:
        choices.append(Choice(ports.wording.plain("desk.choices.further"), f"{PAGE}{further}"))
    text = join([head, join(lines, "\n")])
    return Outgoing(text, tuple(choices), protected=True, replaces=replaces)


def _short(found: Found, ports: Ports) -> Text:
    """Without a word of the tip, since a list is not erased with its cases."""
    case, content = found
    title = cards.headline(ports, case, content)
    if case.kind == QUESTION or cards.is_sealed(ports, case):
        return title
    have = str(len(NEEDED) - len(missing_parts(content)))
    return ports.wording.say("digest.headline_short", title=title, have=have, all=str(len(NEEDED)))


def _fits(found: Found, wanted: list[str], ports: Ports) -> bool:
    case, content = found
    if not wanted:
        return case.status in OPEN
    text = "" if cards.is_sealed(ports, case) else _text(content)
    place = cards.place_name(ports, content.get("place", ""))
    status = ports.wording.plain(f"desk.statuses.{case.status}")
    whole = " ".join((case.code, status, place, case.moderator or "", text)).casefold()
    return all(word in whole for word in wanted)


def _text(content: dict[str, Any]) -> str:
    return " ".join((content.get("text", ""), *content.get("answers", {}).values()))


def _listing(state: State, found: list[Found], title: str, ports: Ports) -> Outcome:
    shown = found[:SHOWN]
    head = ports.wording.say(title, count=str(len(found)), shown=str(len(shown)))
    lines = [cards.headline(ports, case, content) for case, content in shown]
    choices = tuple(cards.button(ports, "open", case, case.code) for case, _ in shown)
    text = join([head, join([Text.plain("• ") + line for line in lines], "\n")])
    return Outcome(state, (Outgoing(text, choices, protected=True),))

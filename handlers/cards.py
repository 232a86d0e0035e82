"""What a desk sees of a case: the card, in a fixed order, with at most four buttons."""

from datetime import date
from typing import Any

from bot.chat.messages import Choice, Outgoing
from bot.chat.text import Text, join
from bot.desks.casebook import WITHDRAWN, CaseRow
from bot.limits import LATE_AFTER_DAYS
from bot.store.effects import QUESTION
from handlers.ports import Ports

_NEEDED = ("who", "place", "event", "link")
_ORDER = ("story", "who", "place", "candidate", "link", "source")
CLOSED = "tutup"


def card(ports: Ports, case: CaseRow, content: dict[str, Any]) -> Outgoing:
    """The tip, or the question, as its desk reads it."""
    if case.kind == QUESTION:
        return _question(ports, case, content)
    text = join(
        [
            _title(ports, case, content),
            join(_lines(ports, content), "\n"),
            join([_clocks(ports, content), _completeness(ports, content)], "\n"),
            join([_status(ports, case), ports.wording.say("desk.card.note")], "\n"),
        ]
    )
    return Outgoing(text, buttons(ports, case), protected=True)


def _question(ports: Ports, case: CaseRow, content: dict[str, Any]) -> Outgoing:
    title = ports.wording.say("desk.card.title_question", code=case.code)
    note = ports.wording.say("curator.card_note")
    text = join([title, Text.plain(content["text"]), join([_status(ports, case), note], "\n")])
    return Outgoing(text, buttons(ports, case), protected=True)


def addition(ports: Ports, case: CaseRow, content: dict[str, Any]) -> Outgoing:
    title = ports.wording.say("desk.card.title_addition", code=case.code)
    text = join([title, Text.plain(content["text"])])
    return Outgoing(text, buttons(ports, case), protected=True)


def withdrawal(ports: Ports, case: CaseRow) -> Outgoing:
    return Outgoing(ports.wording.say("desk.card.title_withdrawn", code=case.code), protected=True)


def actions(case: CaseRow) -> tuple[str, ...]:
    """What a moderator may do in the case's state; older buttons are refused by it."""
    if case.status == WITHDRAWN:
        return ()
    if case.status == CLOSED:
        return ("reopen",)
    claim = () if case.moderator else ("claim",)
    ask = ("ask",) if case.thread_key else ()
    return (*claim, *ask, "close")


def buttons(ports: Ports, case: CaseRow) -> tuple[Choice, ...]:
    return tuple(_button(ports, action, case) for action in actions(case))


def _button(ports: Ports, action: str, case: CaseRow) -> Choice:
    name = "answer" if (action, case.kind) == ("ask", QUESTION) else action
    return Choice(ports.wording.plain(f"desk.choices.{name}"), f"case:{action}:{case.id}")


def _title(ports: Ports, case: CaseRow, content: dict[str, Any]) -> Text:
    region = ports.places.by_code(content["place"])
    return ports.wording.say(
        "desk.card.title",
        code=case.code,
        category=ports.form.categories.get(content["category"], ""),
        place=region.name if region else content["place"],
    )


def _lines(ports: Ports, content: dict[str, Any]) -> list[Text]:
    answers = content["answers"]
    return [
        ports.wording.say(
            "desk.card.line",
            name=ports.wording.plain(f"tip.fields.{name}.name"),
            value=answers[name],
        )
        for name in _ORDER
        if name in answers
    ]


def _clocks(ports: Ports, content: dict[str, Any]) -> Text:
    """When it happened, and, where that was asked, when the sender learnt of it."""
    answers = content["answers"]
    unknown = ports.wording.plain("tip.unknown_value")
    clocks = [ports.wording.say("desk.card.event", event=answers.get("event", unknown))]
    if "known" in answers:
        clocks.append(ports.wording.say("desk.card.known", known=answers["known"]))
    if content["known"] and _is_late(ports, content["known"]):
        clocks.append(ports.wording.say("desk.card.late"))
    return join(clocks, "\n")


def _is_late(ports: Ports, known: str) -> bool:
    """Beyond the seven days in which a formal report could be made."""
    return (ports.clock.today() - date.fromisoformat(known)).days > LATE_AFTER_DAYS


def _completeness(ports: Ports, content: dict[str, Any]) -> Text:
    """How much of what makes a tip checkable is there."""
    missing = [name for name in _NEEDED if name not in content["given"]]
    if not missing:
        return ports.wording.say("desk.card.complete_all")
    words = ", ".join(ports.wording.plain(f"desk.needs.{name}") for name in missing)
    have = str(len(_NEEDED) - len(missing))
    return ports.wording.say(
        "desk.card.complete", have=have, all=str(len(_NEEDED)), missing=f"belum: {words}"
    )


def _status(ports: Ports, case: CaseRow) -> Text:
    status = ports.wording.plain(f"desk.statuses.{case.status}")
    if case.moderator:
        return ports.wording.say("desk.card.status_by", status=status, moderator=case.moderator)
    return ports.wording.say("desk.card.status", status=status)

"""What a desk sees of a case: the card, in a fixed order, with at most four buttons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.chat.clean import clean_text
from bot.chat.messages import PRIVATE_LINK, Choice, Outgoing
from bot.chat.text import Text, join
from bot.dates import after_working_days, say_date
from bot.desks.actions import ENDED, allowed
from bot.desks.casebook import WITHDRAWN, CaseRow, Entry
from bot.limits import LATE_AFTER_DAYS, SIMILAR_LISTED
from bot.store.effects import EXERCISE, QUARANTINE, QUESTION
from bot.tips.form import NEEDED, missing_parts
from handlers.ports import Ports

_ORDER = (
    "story",
    "who",
    "position",
    "status",
    "place",
    "spot",
    "hour",
    "candidate",
    "facilities",
    "link",
    "witnesses",
    "source",
    "reported",
)


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands on a card beside the tip: what came later, and the case it was merged into."""

    entries: Sequence[Entry] = ()
    leading: str = ""


def posted(ports: Ports, case: CaseRow, content: dict[str, Any]) -> Outgoing:
    """The card as the worker puts it up: a sealed desk sees no content."""
    similar = copies(ports, case, ())
    if is_sealed(ports, case):
        return stub(ports, case, content, similar=similar)
    return card(ports, case, content, similar=similar)


def card(
    ports: Ports,
    case: CaseRow,
    content: dict[str, Any],
    *,
    similar: Text | None = None,
    beside: Beside | None = None,
) -> Outgoing:
    """The tip, or the question, as its desk reads it; ``similar`` as from `copies`."""
    beside = beside or Beside()
    if case.kind == QUESTION:
        return _question(ports, case, content, beside)
    text = join(
        [
            _heading(ports, case, content),
            join([_completeness(ports, content), similar or Text()], "\n"),
            _clocks(ports, case, content),
            join(_lines(ports, content), "\n"),
            _files(ports, content),
            _standing(ports, case, beside),
            ports.wording.say("desk.card.note"),
        ]
    )
    return _shown(case, text, buttons(ports, case))


def stub(
    ports: Ports, case: CaseRow, content: dict[str, Any], *, similar: Text | None = None
) -> Outgoing:
    """A sealed desk's card: code, category, region, age, copies, status."""
    age = ports.wording.say("desk.card.age", day=say_date(_received(ports, case)))
    parts = [_heading(ports, case, content), age, similar or Text()]
    text = join([*parts, _standing(ports, case, Beside())])
    return _shown(case, text, _sealed_buttons(ports, case))


def _question(ports: Ports, case: CaseRow, content: dict[str, Any], beside: Beside) -> Outgoing:
    title = ports.wording.say("desk.card.title_question", code=case.code)
    note = ports.wording.say("curator.card_note")
    standing = _standing(ports, case, beside)
    text = join([title, Text.plain(clean_text(content["text"])), standing, note])
    return _shown(case, text, buttons(ports, case))


def addition(ports: Ports, case: CaseRow, content: dict[str, Any]) -> Outgoing:
    """What the sender added or answered, with the way back to the card."""
    title = ports.wording.say("desk.card.title_addition", code=case.code)
    said = Text() if is_sealed(ports, case) else Text.plain(clean_text(content["text"]))
    text = join([title, said, _files(ports, content)])
    return _shown(case, text, (button(ports, "open", case),))


def withdrawal(ports: Ports, case: CaseRow) -> Outgoing:
    """That the sender took back what was delivered already."""
    return _shown(case, ports.wording.say("desk.card.title_withdrawn", code=case.code), ())


def is_sealed(ports: Ports, case: CaseRow) -> bool:
    """Whether the desk's chat must not show what is in the case."""
    desk = ports.desks.get(case.desk)
    return desk is not None and desk.mode == "sealed"


def headline(ports: Ports, case: CaseRow, content: dict[str, Any]) -> Text:
    """One line for lists: code, category and place, status."""
    status = ports.wording.plain(f"desk.statuses.{case.status}")
    return join([_title(ports, case, content), Text.plain(status)], " · ")


def button(ports: Ports, action: str, case: CaseRow, label: str = "") -> Choice:
    """The one form of all buttons at a desk: good for this case as it is now, and no longer."""
    shown = label or ports.wording.plain(f"desk.choices.{action}")
    return Choice(shown, f"case:{action}:{case.id}:{case.version}")


def buttons(ports: Ports, case: CaseRow) -> tuple[Choice, ...]:
    """At most four, by state; the rest is under "Lainnya"."""
    return tuple(button(ports, action, case) for action in _first(case))


def _sealed_buttons(ports: Ports, case: CaseRow) -> tuple[Choice, ...]:
    """What is in the case comes first; it is opened in private."""
    others = buttons(ports, case)
    inside = Choice(ports.wording.plain("sealed.button"), f"{PRIVATE_LINK}{case.id}")
    kept = others if len(others) <= 3 else (*others[:2], others[-1])
    return (inside, *kept) if others else ()


def _first(case: CaseRow) -> tuple[str, ...]:
    if case.status == WITHDRAWN:
        return ()
    if case.status in ENDED:
        return ("reopen", "more")
    possible = allowed(case)
    wanted = ("claim", "ask", "answer", "statuses", "close")
    shown = [name for name in wanted if name in possible or name == "statuses"]
    if "claim" in shown or case.kind == QUESTION:
        shown.remove("statuses")
    return (*shown[:3], "more")


def _shown(case: CaseRow, text: Text, choices: tuple[Choice, ...]) -> Outgoing:
    return Outgoing(text, choices, protected=True, case=case.id)


# The parts, from the top


def _heading(ports: Ports, case: CaseRow, content: dict[str, Any]) -> Text:
    exercise = ports.wording.say("desk.card.exercise") if case.lane == EXERCISE else Text()
    return join([exercise, _title(ports, case, content)], "\n")


def _title(ports: Ports, case: CaseRow, content: dict[str, Any]) -> Text:
    if case.kind == QUESTION:
        return ports.wording.say("desk.card.title_question", code=case.code)
    return ports.wording.say(
        "desk.card.title",
        code=case.code,
        category=ports.form.categories.get(content["category"], ""),
        place=place_name(ports, content["place"]),
    )


def place_name(ports: Ports, code: str) -> str:
    """The region of a Kemendagri code; the code itself where it is unknown."""
    region = ports.places.by_code(code)
    return region.name if region else code


def _completeness(ports: Ports, content: dict[str, Any]) -> Text:
    """How much of what makes a tip checkable is there."""
    missing = missing_parts(content)
    if not missing:
        return ports.wording.say("desk.card.complete_all")
    words = ", ".join(ports.wording.plain(f"desk.needs.{name}") for name in missing)
    have = str(len(NEEDED) - len(missing))
    return ports.wording.say("desk.card.complete", have=have, all=str(len(NEEDED)), missing=words)


def copies(ports: Ports, case: CaseRow, codes: Sequence[str]) -> Text:
    """How often a tip came again: ``codes`` of what was merged into it; from how many senders,
    where this process saw them come."""
    seen = ports.similar.of(case.id)
    found = list(codes or (seen.codes if seen else ()))
    if not found:
        return Text()
    shown, more = found[:SIMILAR_LISTED], len(found) - SIMILAR_LISTED
    listed = ", ".join(shown)
    if more > 0:
        listed += f" {ports.wording.say('digest.more_codes', count=str(more))}"
    count = str(len(found))
    if seen is None or set(seen.codes) != set(found):
        return ports.wording.say("digest.similar_only", count=count, codes=listed)
    known, unknown = str(len(seen.tags)), str(seen.unknown)
    return ports.wording.say(
        "digest.similar", count=count, codes=listed, known=known, unknown=unknown
    )


def _clocks(ports: Ports, case: CaseRow, content: dict[str, Any]) -> Text:
    """When it happened; when the sender learnt of it, and what that leaves of the seven days of a
    formal report; when the desk received it, and its own seven days."""
    answers = content["answers"]
    say = ports.wording.say
    unknown = ports.wording.plain("tip.unknown_value")
    clocks = [say("desk.card.event", event=clean_text(answers.get("event", unknown)))]
    if "known" in answers:
        clocks.append(say("desk.card.known", known=clean_text(answers["known"])))
    if since := content["known"] or content["event"]:
        clocks.append(_left(ports, date.fromisoformat(since)))
    received = _received(ports, case)
    pilkada, pemilu = _ends(received)
    clocks.append(say("desk.card.received", day=say_date(received), pilkada=pilkada, pemilu=pemilu))
    return join(clocks, "\n")


def _left(ports: Ports, since: date) -> Text:
    today = ports.clock.today()
    pilkada, pemilu = _ends(since)
    days = (since + timedelta(days=LATE_AFTER_DAYS) - today).days
    if days >= 0:
        return ports.wording.say("desk.card.left", days=str(days), pilkada=pilkada, pemilu=pemilu)
    over = today > after_working_days(since, LATE_AFTER_DAYS)
    key = "desk.card.late" if over else "desk.card.late_pilkada"
    return ports.wording.say(key, pilkada=pilkada, pemilu=pemilu)


def _ends(begins: date) -> tuple[str, str]:
    """The seven days of a Pilkada go by the calendar (UU 1/2015 Pasal 134), those of a Pemilu are
    working days (UU 7/2017 Pasal 454)."""
    pilkada = begins + timedelta(days=LATE_AFTER_DAYS)
    return say_date(pilkada), say_date(after_working_days(begins, LATE_AFTER_DAYS))


def _received(ports: Ports, case: CaseRow) -> date:
    return date.fromisoformat(case.delivered) if case.delivered else ports.clock.today()


def _lines(ports: Ports, content: dict[str, Any]) -> list[Text]:
    answers = content["answers"]
    return [
        ports.wording.say(
            "desk.card.line",
            name=ports.wording.plain(f"tip.fields.{name}.name"),
            value=clean_text(answers[name]),
        )
        for name in _ORDER
        if name in answers
    ]


def _files(ports: Ports, content: dict[str, Any]) -> Text:
    files = content.get("files")
    return ports.wording.say("desk.card.files", count=str(len(files))) if files else Text()


def _standing(ports: Ports, case: CaseRow, beside: Beside) -> Text:
    lines = [_status(ports, case)]
    counts = [_count(ports, beside.entries, kind) for kind in ("addition", "reply", "note")]
    lines.append(join(counts, " · "))
    if beside.leading:
        lines.append(ports.wording.say("desk.card.merged", code=beside.leading))
    if case.lane == QUARANTINE:
        lines.append(ports.wording.say("desk.card.quarantine"))
    if case.blocked:
        lines.append(ports.wording.say("desk.card.blocked"))
    return join(lines, "\n")


def _count(ports: Ports, entries: Sequence[Entry], direction: str) -> Text:
    count = sum(entry.direction == direction for entry in entries)
    return ports.wording.say(f"desk.card.counts.{direction}", count=str(count)) if count else Text()


def _status(ports: Ports, case: CaseRow) -> Text:
    status = ports.wording.plain(f"desk.statuses.{case.status}")
    if case.moderator:
        return ports.wording.say("desk.card.status_by", status=status, moderator=case.moderator)
    return ports.wording.say("desk.card.status", status=status)

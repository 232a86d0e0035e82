"""One question of the tip form: how it is asked, and how an answer is read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import Text
from bot.dates import say_weekday
from bot.limits import FIELD_MAX, LATE_AFTER_DAYS, STORY_MAX, STORY_MIN
from bot.tips.form import Field
from bot.tips.place import Region
from bot.tips.story import Story
from bot.tips.when import read_day
from handlers.ports import Ports

_UNKNOWN = re.compile(
    r"^(-+|lewati?|skip|kosong|lupa|(ga|gak|gk|nggak|tdk|tidak|kurang|tak|ndak) ?(tau|tahu|ada))$"
)
_TRACKING = re.compile(r"^(utm_\w+|fbclid|igshid|igsh|si|gclid|mibextid|ref|share_id|_[rt])$")


OTHER_CATEGORY = 9  # "Lainnya": accepted and marked, with the proper channel named


@dataclass(frozen=True, slots=True)
class Answer:
    """What was understood: the value, how it is shown, and a remark to make before going on."""

    value: Any
    shown: str
    remark: Text = Text()  # noqa: RUF009 - an immutable empty text


def question(field: Field, ports: Ports) -> Outgoing:
    choices: tuple[Choice, ...] = ()
    if field.kind == "category":
        choices = tuple(Choice(name, f"tip:is:{n}") for n, name in ports.form.categories.items())
    elif field.kind == "source" or field.name == "known":
        labels = ports.wording.under(f"tip.fields.{field.name}.choices")
        choices = tuple(Choice(label, f"tip:is:{name}") for name, label in labels.items())
    if field.unknown:
        choices = (*choices, Choice(ports.wording.plain("tip.skip"), "tip:skip"))
    return Outgoing(ports.wording.say(f"tip.fields.{field.name}.ask"), choices)


def read(
    field: Field, incoming: Incoming, ports: Ports, answers: dict[str, Any]
) -> Answer | Outgoing:
    """The answer to a field, or what to say when it is none."""
    if field.unknown and _is_unknown(incoming):
        return Answer(None, ports.wording.plain("tip.unknown_value"))
    readers: dict[str, Callable[[], Answer | Outgoing]] = {
        "place": lambda: _place(incoming, ports),
        "day": lambda: _day(field, incoming, ports, answers),
        "category": lambda: _category(incoming, ports),
        "link": lambda: _link(incoming, ports),
        "source": lambda: _source(incoming, ports),
        "text": lambda: _short(field, incoming, ports),
    }
    return readers[field.kind]()


def read_text(text: str, ports: Ports, name: str) -> Answer | Outgoing:
    """A story long enough to be checked."""
    story = text.strip()
    if len(story) < STORY_MIN:
        return Outgoing(ports.wording.say(f"tip.fields.{name}.short"))
    if len(story) > STORY_MAX:
        return Outgoing(ports.wording.say(f"tip.fields.{name}.long", most=str(STORY_MAX)))
    return Answer(story, story)


def from_story(story: Story, ports: Ports) -> dict[str, dict[str, Any]]:
    """What a story already says, in the shape of answers."""
    found: dict[str, Answer] = {}
    if story.place and (region := ports.places.by_code(story.place)):
        found["place"] = _placed(region, region.name)
    if story.event_date:
        found["event"] = Answer({"day": str(story.event_date)}, say_weekday(story.event_date))
    if story.known_date:
        found["known"] = Answer({"day": str(story.known_date)}, say_weekday(story.known_date))
    if story.who:
        found["who"] = Answer(story.who, story.who)
    if category := OTHER_CATEGORY if story.special else story.category:
        found["category"] = Answer(category, ports.form.categories[category])
    if story.link:
        found["link"] = Answer(story.link, story.link)
    if story.candidate:
        found["candidate"] = Answer(story.candidate, story.candidate)
    return {name: {"value": a.value, "shown": a.shown} for name, a in found.items()}


def content(answers: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What the desk will read: the shown answers, and the values that it sorts by."""
    values = {name: answer["value"] for name, answer in answers.items()}
    return {
        "answers": {name: answer["shown"] for name, answer in answers.items()},
        "given": sorted(name for name, value in values.items() if value is not None),
        "category": values.get("category"),
        "place": values["place"]["code"],
        "event": (values.get("event") or {}).get("day"),
        "known": (values.get("known") or {}).get("day"),
    }


def soon(today: date) -> str:
    """When to come back: two days from now."""
    return say_weekday(today + timedelta(days=2))


def _is_unknown(incoming: Incoming) -> bool:
    if incoming.choice:
        return incoming.choice == "tip:skip"
    return bool(_UNKNOWN.match(" ".join(incoming.text.casefold().split())))


def _chosen(incoming: Incoming) -> str:
    return (incoming.choice or "").removeprefix("tip:is:")


def _short(field: Field, incoming: Incoming, ports: Ports) -> Answer | Outgoing:
    text = " ".join(incoming.text.split())[:FIELD_MAX]
    return Answer(text, text) if text else question(field, ports)


def _place(incoming: Incoming, ports: Ports) -> Answer | Outgoing:
    if incoming.choice:
        region = ports.places.by_code(_chosen(incoming))
        return (
            _placed(region, region.name) if region else question(ports.form.field("place"), ports)
        )
    regions = ports.places.resolve(incoming.text)
    if not regions:
        return Outgoing(ports.wording.say("tip.fields.place.unknown"))
    if len(regions) > 1:
        choices = [Choice(_place_name(r), f"tip:is:{r.code}") for r in regions]
        again = Choice(ports.wording.plain("tip.fields.place.retype"), "tip:retype")
        return Outgoing(ports.wording.say("tip.fields.place.which"), (*choices, again))
    return _placed(regions[0], " ".join(incoming.text.split())[:FIELD_MAX])


def _placed(region: Region, typed: str) -> Answer:
    named = _place_name(region)
    shown = named if typed.casefold() in named.casefold() else f"{typed} ({named})"
    return Answer({"code": region.code, "text": typed}, shown)


def _place_name(region: Region) -> str:
    return region.name if region.level == "province" else f"{region.name}, {region.province}"


def _day(
    field: Field, incoming: Incoming, ports: Ports, answers: dict[str, Any]
) -> Answer | Outgoing:
    today = ports.clock.today()
    if field.name == "known" and incoming.choice:
        known = _known_day(_chosen(incoming), today, answers)
        if known is None:
            return question(field, ports)
        found = known
    else:
        read_ = read_day(incoming.text, today)
        if read_ is None:
            return Outgoing(ports.wording.say(f"tip.fields.{field.name}.unknown"))
        found = read_.day
    shown = say_weekday(found)
    words = " ".join(incoming.text.split())[:FIELD_MAX]
    if words and not incoming.choice:
        shown = f"{shown} ({words})"
    return Answer({"day": str(found)}, shown, _late(field, found, ports))


def _known_day(chosen: str, today: date, answers: dict[str, Any]) -> date | None:
    """The day behind a button; None for a stale one, or when the event has no day."""
    happened = ((answers.get("event") or {}).get("value") or {}).get("day")
    days = {"today": today, "yesterday": today - timedelta(days=1)}
    if chosen == "event" and happened:
        return date.fromisoformat(happened)
    return days.get(chosen)


def _late(field: Field, known: date, ports: Ports) -> Text:
    days = (ports.clock.today() - known).days
    if field.name != "known" or days <= LATE_AFTER_DAYS:
        return Text()
    return ports.wording.say("tip.fields.known.late", days=str(days))


def _category(incoming: Incoming, ports: Ports) -> Answer | Outgoing:
    typed = _chosen(incoming) or incoming.text.strip().rstrip(".")
    if not typed.isdecimal() or int(typed) not in ports.form.categories:
        return question(ports.form.field("category"), ports)
    number = int(typed)
    return Answer(number, ports.form.categories[number])


def _link(incoming: Incoming, ports: Ports) -> Answer | Outgoing:
    word = next((w for w in incoming.text.split() if "." in w and "/" in w), "")
    cleaned = clean_link(word)
    if cleaned is None:
        return Outgoing(ports.wording.say("tip.fields.link.unknown"))
    return Answer(cleaned, cleaned)


def clean_link(text: str) -> str | None:
    """A web address without what tells who shared it, or None."""
    parts = urlsplit(text if "://" in text else f"https://{text}")
    if parts.scheme not in ("http", "https") or "." not in parts.netloc or "@" in parts.netloc:
        return None
    query = [(k, v) for k, v in parse_qsl(parts.query) if not _TRACKING.match(k.lower())]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))[:FIELD_MAX]


def _source(incoming: Incoming, ports: Ports) -> Answer | Outgoing:
    labels = ports.wording.under("tip.fields.source.choices")
    chosen = _chosen(incoming)
    if chosen not in labels:
        return question(ports.form.field("source"), ports)
    return Answer(chosen, labels[chosen])

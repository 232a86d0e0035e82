"""One question of the tip form: how it is asked, and how an answer is read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from bot.chat.messages import Choice, Outgoing
from bot.chat.text import Text, join
from bot.dates import say_weekday
from bot.limits import DAY_WORDS, LATE_AFTER_DAYS, PLACE_WORDS, STORY_MIN
from bot.tips.evidence.links import clean_link, is_closed_group
from bot.tips.form import OTHER_CATEGORY, Field
from bot.tips.place import Region
from bot.tips.story import Story
from bot.tips.when import Day, read_day
from handlers.ports import Ports

_UNKNOWN = re.compile(
    r"^(-+|lewat(i|in)?|skip|kosong|lupa"
    r"|(ga|gak|gk|g|nggak|ngga|tdk|tidak|kurang|tak|ndak|blm|belum) ?"
    r"(tau|tahu|ada|ingat|inget|yakin)"
    r"|entah(lah)?)( sih| ya| kak| min)?$"
)

_BARE_TITLE = 2  # words: "kepala dinas"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was understood: the value, how it is shown, and a remark to make before going on."""

    value: Any
    shown: str
    remark: Text = Text()  # noqa: RUF009 - an immutable empty text


@dataclass(frozen=True, slots=True)
class Unclear:
    """Not (yet) an answer, and what to say. ``is_close``: it was about this question."""

    said: Outgoing
    is_close: bool = False
    hold: Mapping[str, Any] = field(default_factory=dict)  # to remember for the next try


def question(asked: Field, ports: Ports, *, skippable: bool = True) -> Outgoing:
    """The question with its choices, each of which says which field it answers."""
    labels = ports.wording.under(f"tip.fields.{asked.name}.choices")
    if asked.kind == "category":
        labels = {str(number): name for number, name in ports.form.categories.items()}
    choices = [Choice(label, f"tip:is:{asked.name}:{name}") for name, label in labels.items()]
    if asked.unknown and skippable:
        choices.append(Choice(ports.wording.plain("tip.skip"), f"tip:skip:{asked.name}"))
    return Outgoing(ports.wording.say(f"tip.fields.{asked.name}.ask"), tuple(choices))


def read(asked: Field, text: str, ports: Ports) -> Answer | Unclear:
    """What a typed answer says."""
    if _UNKNOWN.match(" ".join(text.casefold().split())):
        return skipped(asked, ports)
    if not any(map(str.isalnum, text)):
        again = question(asked, ports)
        said = join([ports.wording.say("tip.no_words"), again.text])
        return Unclear(Outgoing(said, again.choices), is_close=True)
    readers: dict[str, Callable[[], Answer | Unclear]] = {
        "place": lambda: _place(asked, text, ports),
        "day": lambda: _day(asked, text, ports),
        "category": lambda: _category(asked, text, ports),
        "link": lambda: _link(asked, text, ports),
        "choice": lambda: _one_of(asked, text, ports),
        "text": lambda: _short(asked, text, ports),
    }
    return readers[asked.kind]()


def chosen(asked: Field, name: str, ports: Ports, data: Mapping[str, Any]) -> Answer | None:
    """What a pressed choice says; None for one that is no longer offered."""
    if asked.kind == "category" and name.isdecimal() and int(name) in ports.form.categories:
        return Answer(int(name), ports.form.categories[int(name)])
    if asked.kind == "place" and (region := ports.places.by_code(name)):
        return _placed(region, str(data.get("place_typed") or region.name))
    if asked.kind == "day" and (day := _chosen_day(name, ports.clock.today(), data)):
        return _dated(asked, day, say_weekday(day), ports)
    if asked.kind == "choice":
        labels = ports.wording.under(f"tip.fields.{asked.name}.choices")
        return Answer(name, labels[name]) if name in labels else None
    return None


def skipped(asked: Field, ports: Ports) -> Answer | Unclear:
    """ "Tidak tahu" where it is an answer; else why it is needed."""
    if asked.kind == "category":
        return Answer(OTHER_CATEGORY, ports.form.categories[OTHER_CATEGORY])
    if asked.unknown or not asked.required:
        return Answer(None, ports.wording.plain("tip.unknown_value"))
    return Unclear(Outgoing(ports.wording.say(f"tip.fields.{asked.name}.needed")), is_close=True)


def names_only_a_day(text: str, ports: Ports) -> bool:
    """ "Tadi pagi pas rapat" where the place is asked: it tells when, and goes to the story."""
    is_day = read_day(text, ports.clock.today()) is not None
    return is_day and not ports.places.mentioned(text)


def read_story(text: str, ports: Ports) -> Answer | Unclear:
    """A story long enough to be checked, and not too long to be read."""
    story, most = text.strip(), ports.form.field("story").most
    if len(story) < STORY_MIN or not any(map(str.isalnum, story)):
        return Unclear(Outgoing(ports.wording.say("tip.fields.story.short")), is_close=True)
    if len(story) > most:
        said = ports.wording.say("tip.fields.story.long", most=str(most), count=str(len(story)))
        return Unclear(Outgoing(said), is_close=True)
    return Answer(story, story)


def from_story(story: Story, ports: Ports) -> dict[str, dict[str, Any]]:
    """What a story already says, in the shape of answers."""
    found: dict[str, Answer] = {}
    if story.place and (region := ports.places.by_code(story.place)):
        found["place"] = _placed(region, region.name)
    if story.event:
        found["event"] = _told(story.event)
    if story.known:
        found["known"] = _told(story.known)
    if story.special:
        label = ports.wording.plain(f"tip.special.{story.special}")
        found["category"] = Answer(OTHER_CATEGORY, label)
    elif story.category:
        found["category"] = Answer(story.category, ports.form.categories[story.category])
    if story.link and (link := clean_link(story.link)):
        found["link"] = Answer(link, link)
    if story.source:
        labels = ports.wording.under("tip.fields.source.choices")
        found["source"] = Answer(story.source, labels[story.source])
    for name in ("who", "position", "candidate"):
        words = getattr(story, name)
        if words and not (name == "position" and _is_bare(story)):
            found[name] = Answer(words, words)
    return {name: {"value": a.value, "shown": a.shown, "said": True} for name, a in found.items()}


def soon(today: date) -> str:
    """When to come back: two days from now."""
    return say_weekday(today + timedelta(days=2))


def _is_bare(story: Story) -> bool:
    """ "Lurah kami" is a title without an office: where he works is still to be asked."""
    who, position = (words.casefold().split() for words in (story.who or "", story.position or ""))
    return len(position) <= _BARE_TITLE and who[: len(position)] == position


# Reading what was typed


def _with_choices(key: str, asked: Field, ports: Ports) -> Outgoing:
    return Outgoing(ports.wording.say(key), question(asked, ports).choices)


def _short(asked: Field, text: str, ports: Ports) -> Answer | Unclear:
    words = " ".join(text.split())
    if len(words) > asked.most:
        said = ports.wording.say("tip.too_long", most=str(asked.most), count=str(len(words)))
        return Unclear(Outgoing(said), is_close=True)
    return Answer(words, words)


def _place(asked: Field, text: str, ports: Ports) -> Answer | Unclear:
    words = " ".join(text.split())
    regions = ports.places.resolve(words) if len(words.split()) <= PLACE_WORDS else []
    if not regions:
        return Unclear(Outgoing(ports.wording.say("tip.fields.place.unknown")))
    if len(words) > asked.most:
        return _short(asked, text, ports)
    if len(regions) > 1:
        choices = [Choice(_place_name(r), f"tip:is:place:{r.code}") for r in regions]
        again = Choice(ports.wording.plain("tip.fields.place.retype"), "tip:resume")
        said = Outgoing(ports.wording.say("tip.fields.place.which"), (*choices, again))
        return Unclear(said, is_close=True, hold={"place_typed": words})
    answer = _placed(regions[0], words)
    name = ports.wording.plain("tip.fields.place.name")
    understood = ports.wording.say("tip.review.line", name=name, value=answer.shown)
    return answer if answer.shown == _place_name(regions[0]) else replace(answer, remark=understood)


def _placed(region: Region, typed: str) -> Answer:
    named = _place_name(region)
    shown = named if typed.casefold() in named.casefold() else f"{typed} ({named})"
    return Answer({"code": region.code, "text": typed}, shown)


def _place_name(region: Region) -> str:
    return region.name if region.level == "province" else f"{region.name}, {region.province}"


def _day(asked: Field, text: str, ports: Ports) -> Answer | Unclear:
    words = " ".join(text.split())
    found = read_day(words, ports.clock.today()) if len(words.split()) <= DAY_WORDS else None
    if found is None and ports.form.vague.find(words) and len(words) <= asked.most:
        return Answer({"day": None}, words)
    if found is None:
        return Unclear(_with_choices(f"tip.fields.{asked.name}.unknown", asked, ports))
    return _dated(asked, found.day, f"{say_weekday(found.day)} ({words})", ports)


def _told(day: Day) -> Answer:
    """A day of the story, with the hour or the part of the day that it gave."""
    more = day.hour or day.part or ("kira-kira" if day.approximate else "")
    shown = say_weekday(day.day)
    return Answer({"day": str(day.day)}, f"{shown} ({more})" if more else shown)


def _dated(asked: Field, day: date, shown: str, ports: Ports) -> Answer:
    late = (ports.clock.today() - day).days
    remark = Text()
    if asked.name == "known" and late > LATE_AFTER_DAYS:
        remark = ports.wording.say("tip.fields.known.late", days=str(late))
    return Answer({"day": str(day)}, shown, remark)


def _chosen_day(name: str, today: date, data: Mapping[str, Any]) -> date | None:
    """The day behind a button; None for a stale one, or when the event has no day."""
    event = (data.get("answers", {}).get("event") or {}).get("value") or {}
    if name == "event" and event.get("day"):
        return date.fromisoformat(event["day"])
    return {"today": today, "yesterday": today - timedelta(days=1)}.get(name)


def _category(asked: Field, text: str, ports: Ports) -> Answer | Unclear:
    typed = text.strip().rstrip(".")
    if typed.isdecimal() and int(typed) in ports.form.categories:
        return Answer(int(typed), ports.form.categories[int(typed)])
    told = ports.stories.read(text, ports.clock.today()).category
    if told and len(typed.split()) <= DAY_WORDS:
        return Answer(told, ports.form.categories[told])
    return Unclear(_with_choices("tip.fields.category.unknown", asked, ports))


def only_link(text: str, ports: Ports) -> Answer | None:
    """An address pasted where something else was asked: kept, so that it is not asked again."""
    if len(text.split()) != 1 or "/" not in text:
        return None
    found = _link(ports.form.field("link"), text, ports)
    return found if isinstance(found, Answer) else None


def _link(asked: Field, text: str, ports: Ports) -> Answer | Unclear:
    for word in text.split():
        if "." in word and (link := clean_link(word)):
            remark = Text()
            if is_closed_group(link):
                remark = ports.wording.say("tip.fields.link.closed_group")
            return Answer(link, link, remark)
    return Unclear(_with_choices("tip.fields.link.unknown", asked, ports))


def _one_of(asked: Field, text: str, ports: Ports) -> Answer | Unclear:
    """A label by its first words: "lihat sendiri" is "Melihat sendiri"."""
    labels = ports.wording.under(f"tip.fields.{asked.name}.choices")
    typed = " ".join(text.casefold().split())
    fitting = [name for name, label in labels.items() if typed in label.casefold()]
    if len(typed) > 1 and len(fitting) == 1:
        return Answer(fitting[0], labels[fitting[0]])
    return Unclear(_with_choices("tip.pick", asked, ports))


def content(data: Mapping[str, Any], files: list[dict[str, Any]], consent: str) -> dict[str, Any]:
    """What the desk will read: the shown answers, and the values that it sorts by.

    ``consent`` is the version of the consent text that the person agreed to.
    """
    answers: dict[str, dict[str, Any]] = data["answers"]
    values = {name: answer["value"] for name, answer in answers.items()}
    return {
        "answers": {name: answer["shown"] for name, answer in answers.items()},
        "given": sorted(name for name, value in values.items() if value is not None),
        "category": values.get("category"),
        "special": data.get("special"),
        "place": values["place"]["code"],
        "event": (values.get("event") or {}).get("day"),
        "known": (values.get("known") or {}).get("day"),
        "consent": consent,
        **({"files": files} if files else {}),
    }

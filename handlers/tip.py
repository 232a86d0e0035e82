"""Telling: from the first sentence of a story to "Tersimpan".

The form is data (content/tip-form.yaml). Each step asks the next thing that is missing; what the
story already says is shown once and not asked again. State, all sealed under the day's key:
``answers`` (field -> {value, shown}), ``desk`` once chosen, ``ids`` drawn at review.
"""

import asyncio
from datetime import timedelta
from typing import Any

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import Text, join
from bot.desks.routes import Desk
from bot.limits import BODY_DAYS_AFTER_CLOSING, BODY_DAYS_AT_MOST
from bot.store.effects import AcceptTip, SealedReceipt
from bot.store.ids import new_code, new_id
from bot.tips.form import Field
from bot.tips.sealing import seal_for_desk, seal_sender
from handlers import tip_fields
from handlers.ports import Ports
from handlers.start import unfinished

FLOW = "tip"


async def start(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """``/sampaikan``: consent first, before the first question."""
    if state.flow:
        return unfinished(state, ports)
    return await begin(state, incoming, ports, incoming.argument if incoming.command else "")


async def begin(state: State, incoming: Incoming, ports: Ports, story: str = "") -> Outcome:
    """Show what will happen and wait for agreement; ``story`` is held, not yet used."""
    if closed := await ports.tips_closed():
        return Outcome(state, (Outgoing(ports.wording.say(f"tip.closed.{closed}")),))
    held = [ports.wording.say("tip.consent.held")] if story else []
    text = join([_consent(incoming, ports), *held])
    data = {**state.ended().data, **({"story": story} if story else {})}
    return Outcome(
        State(FLOW, "consent", data),
        (Outgoing(text, _choices(ports, "tip.consent.choices", "agree", "decline")),),
    )


async def step(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """One message inside the form."""
    if state.flow != FLOW:
        return Outcome(state, (Outgoing(ports.wording.say("tip.stale")),))
    if incoming.attachments:
        return Outcome(state, (Outgoing(ports.wording.say("tip.no_files")),))
    if wants_out(incoming, ports):
        return _leave(state, ports, "tip.cancelled")
    if incoming.choice == "tip:resume":
        return await _resume(state, incoming, ports)
    match state.step:
        case "consent":
            return await _consented(state, incoming, ports)
        case "review":
            return await _reviewed(state, incoming, ports)
        case "edit":
            return await _edit(state, incoming, ports)
        case "reader":
            return await _reader_chosen(state, incoming, ports)
        case name:
            return await _answered(state, incoming, ports, ports.form.field(name))


# Consent


def _consent(incoming: Incoming, ports: Ports) -> Text:
    operator = ports.wording.say(
        f"tip.consent.operator.{ports.operator.mode}", name=ports.operator.name
    )
    return ports.wording.say(
        "tip.consent.text",
        operator=operator,
        channel=ports.wording.plain(f"tip.consent.knows.{incoming.channel}"),
        looks=_who_looks(ports),
        days=str(BODY_DAYS_AT_MOST),
        closed=str(BODY_DAYS_AFTER_CLOSING),
    )


def _who_looks(ports: Ports) -> str:
    """Who is likely to examine a tip at the stage that runs now."""
    stage = ports.reference.stages.stage_of(None, ports.clock.today())
    return stage.kind.looks if stage else ""


async def _consented(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    if incoming.choice == "tip:decline":
        return _leave(state, ports, "tip.declined")
    story = state.data.get("story", "")
    if incoming.choice != "tip:agree":
        story = " ".join(filter(None, [story, incoming.text]))
        return await begin(state, incoming, ports, story)
    if not story:
        return _ask(state.at("", answers={}), ports, ports.form.field("story"))
    return await _take_story(state.at("", answers={}), ports, story)


# Answering


async def _answered(state: State, incoming: Incoming, ports: Ports, field: Field) -> Outcome:
    if field.kind == "story":
        return await _take_story(state, ports, incoming.text)
    result = tip_fields.read(field, incoming, ports, state.data["answers"])
    if isinstance(result, Outgoing):
        return Outcome(state, (result,))
    return await _next(_with(state, field.name, result.value, result.shown), ports, result.remark)


async def _take_story(state: State, ports: Ports, text: str) -> Outcome:
    """Read the story, keep what it says, and confirm it in one line each."""
    result = tip_fields.read_text(text, ports, "story")
    if isinstance(result, Outgoing):
        return Outcome(state.at("story"), (result,))
    story = await asyncio.to_thread(ports.stories.read, text, ports.clock.today())
    found = tip_fields.from_story(story, ports)
    fresh = {k: v for k, v in found.items() if k not in state.data["answers"]}
    answers = {
        **state.data["answers"],
        "story": {"value": result.value, "shown": result.shown},
        **fresh,
    }
    remarks = [_understood(fresh, ports)] if fresh else []
    if story.special:
        remarks.append(ports.wording.say(f"tip.other_route.{story.special}"))
    return await _next(state.at(state.step, answers=answers), ports, join(remarks))


def _understood(found: dict[str, dict[str, Any]], ports: Ports) -> Text:
    lines = [
        ports.wording.say(
            "tip.review.line",
            name=ports.wording.plain(f"tip.fields.{name}.name"),
            value=answer["shown"],
        )
        for name, answer in found.items()
    ]
    return join([ports.wording.say("tip.understood"), *lines], "\n")


async def _next(state: State, ports: Ports, remark: Text) -> Outcome:
    """Ask what is missing, then who reads, then show everything."""
    answers = {name: answer["value"] for name, answer in state.data["answers"].items()}
    field = ports.form.missing(answers, ports.clock.today())
    if field:
        return _ask(state, ports, field, remark)
    if "desk" not in state.data:
        return await _ask_reader(state, ports, remark)
    return await _review(state, ports, remark)


def _ask(state: State, ports: Ports, field: Field, remark: Text | None = None) -> Outcome:
    question = tip_fields.question(field, ports)
    text = join([remark or Text(), question.text])
    return Outcome(state.at(field.name), (Outgoing(text, question.choices),))


async def _resume(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """Say the last question again."""
    if state.step == "consent":
        choices = _choices(ports, "tip.consent.choices", "agree", "decline")
        return Outcome(state, (Outgoing(_consent(incoming, ports), choices),))
    if state.step in ("review", "edit", "reader"):
        return await _next(state, ports, Text())
    return _ask(state, ports, ports.form.field(state.step))


# Who reads


async def _readers(state: State, ports: Ports) -> list[Desk]:
    """The desks for the place that somebody attends, nearest first."""
    desks = ports.desks.readers(state.data["answers"]["place"]["value"]["code"])
    attended = await ports.casebook.attended_among([desk.id for desk in desks])
    return [desk for desk in desks if desk.id in attended]


async def _ask_reader(state: State, ports: Ports, remark: Text) -> Outcome:
    desks = await _readers(state, ports)
    if not desks:
        return _leave(state, ports, "tip.reader.none")
    if len(desks) == 1:
        return await _review(state.at("review", desk=desks[0].id), ports, remark)
    choices = tuple(Choice(desk.name, f"tip:desk:{desk.id}") for desk in desks)
    text = join([remark, ports.wording.say("tip.reader.ask")])
    return Outcome(state.at("reader"), (Outgoing(text, choices),))


async def _reader_chosen(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    chosen = (incoming.choice or "").removeprefix("tip:desk:")
    if chosen not in [desk.id for desk in await _readers(state, ports)]:
        return await _ask_reader(state, ports, Text())
    return await _review(state.at("review", desk=chosen), ports, Text())


# Review


async def _review(state: State, ports: Ports, remark: Text) -> Outcome:
    """Everything that will be sent. Ids and receipt are drawn here, so that a repeated "kirim"
    cannot make a second tip."""
    ids = state.data.get("ids") or {
        "case": new_id(),
        "code": new_code(),
        "receipt": ports.words.draw(),
    }
    after = state.at("review", ids=ids)
    shown = join(
        [
            remark,
            _summary(after, ports),
            await _exposed(after, ports),
            ports.wording.say("tip.review.ask"),
        ]
    )
    choices = _choices(ports, "tip.review.choices", "send", "send_without", "edit", "cancel")
    return Outcome(after, (Outgoing(shown, choices),))


def _summary(state: State, ports: Ports) -> Text:
    lines = [ports.wording.say("tip.review.title")]
    for field in ports.form.fields:
        if answer := state.data["answers"].get(field.name):
            name = ports.wording.plain(f"tip.fields.{field.name}.name")
            lines.append(ports.wording.say("tip.review.line", name=name, value=answer["shown"]))
    desk = ports.desks.get(state.data["desk"])
    lines.append(ports.wording.say("tip.review.reader", desk=desk.name if desk else ""))
    return join(lines, "\n")


async def _exposed(state: State, ports: Ports) -> Text:
    """Warn about what may point to the writer; never change it silently."""
    shown = "\n".join(answer["shown"] for answer in state.data["answers"].values())
    parts = [found.text for found in await asyncio.to_thread(ports.exposure.find, shown)]
    if not parts:
        return Text()
    quoted = ", ".join(f"“{part}”" for part in dict.fromkeys(parts))
    return ports.wording.say("tip.review.exposure", parts=quoted)


async def _reviewed(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    match (incoming.choice or "").removeprefix("tip:"):
        case "send":
            return await _send(state, incoming, ports, with_receipt=True)
        case "send_without":
            return await _send(state, incoming, ports, with_receipt=False)
        case "edit":
            return Outcome(state.at("edit"), (_edit_menu(ports),))
        case "cancel":
            return _leave(state, ports, "tip.cancelled")
        case _:
            return await _review(state, ports, Text())


def _edit_menu(ports: Ports) -> Outgoing:
    names = [
        Choice(ports.wording.plain(f"tip.fields.{field.name}.name"), f"tip:edit:{field.name}")
        for field in ports.form.fields
    ]
    back = Choice(ports.wording.plain("tip.review.choices.back"), "tip:back")
    return Outgoing(ports.wording.say("tip.review.choices.which"), (*names, back))


async def _edit(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    name = (incoming.choice or "").removeprefix("tip:edit:")
    field = next((f for f in ports.form.fields if f.name == name), None)
    if field is None:
        return await _review(state, ports, Text())
    data = {**state.data, "answers": dict(state.data["answers"])}
    data["answers"].pop(name, None)
    if name == "place":
        data.pop("desk", None)
    return _ask(State(FLOW, "", data), ports, field)


# Sending


async def _send(state: State, incoming: Incoming, ports: Ports, *, with_receipt: bool) -> Outcome:
    """Seal the tip and hand over tip, delivery job and receipt as one effect."""
    ids, desk_id = state.data["ids"], state.data["desk"]
    desk = ports.desks.get(desk_id)
    if desk is None:
        return await _ask_reader(state, ports, Text())
    thread = await ports.keeper.new_thread(ids["receipt"]) if with_receipt else None
    content = tip_fields.content(state.data["answers"])
    today = ports.clock.today()
    tip = AcceptTip(
        case_id=ids["case"],
        code=ids["code"],
        desk=desk_id,
        month=ports.ring.month(),
        tip=seal_for_desk(ports.ring, desk_id, ids["case"], 0, "tip", content),
        opened=str(today),
        expires=str(today + timedelta(days=BODY_DAYS_AT_MOST)),
        due=ports.due(),
        receipt=SealedReceipt(thread.lookup, thread.secret) if thread else None,
        thread_key=thread.public_key if thread else None,
        sender=_sender(incoming, ports, ids["case"]),
    )
    return Outcome(
        state.ended(), _goodbye(incoming, ports, desk, ids["receipt"] if thread else None), (tip,)
    )


def _sender(incoming: Incoming, ports: Ports, case_id: str) -> bytes | None:
    if incoming.sender_tag is None:
        return None
    return seal_sender(ports.ring, ports.clock.today(), case_id, incoming.sender_tag)


def _goodbye(
    incoming: Incoming, ports: Ports, desk: Desk, receipt: str | None
) -> tuple[Outgoing, ...]:
    """ "Tersimpan", the receipt in a message of its own, and a neutral last bubble."""
    say = ports.wording.say
    saved = say("tip.sent.saved", desk=desk.name)
    last = Outgoing(say("tip.sent.neutral"))
    if receipt is None:
        return (Outgoing(join([saved, say("tip.sent.without")])), last)
    back = say("tip.sent.come_back", day=tip_fields.soon(ports.clock.today()))
    note = say(f"tip.sent.receipt_note.{incoming.channel}")
    return (
        Outgoing(saved),
        Outgoing(say("tip.sent.receipt", receipt=receipt), secret=True),
        Outgoing(join([note, back])),
        last,
    )


# Small things


def wants_out(incoming: Incoming, ports: Ports) -> bool:
    words = ports.wording.plain("commands.batal").split(", ")
    return not incoming.choice and " ".join(incoming.text.casefold().split()) in words


def _leave(state: State, ports: Ports, key: str) -> Outcome:
    return Outcome(state.ended(), (Outgoing(ports.wording.say(key)),))


def _with(state: State, name: str, value: Any, shown: str) -> State:
    answers = {**state.data["answers"], name: {"value": value, "shown": shown}}
    return state.at(state.step, answers=answers)


def _choices(ports: Ports, key: str, *names: str) -> tuple[Choice, ...]:
    return tuple(Choice(ports.wording.plain(f"{key}.{name}"), f"tip:{name}") for name in names)

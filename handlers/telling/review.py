"""Everything that will be sent, once more; from here it is sent, changed, or dropped."""

import json
from hashlib import blake2b

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Outgoing
from bot.chat.text import Text, join
from bot.store.ids import new_code, new_id
from bot.tips.form import Field
from handlers.ports import Ports
from handlers.telling import draft, evidence

STEP, EDIT, ADD = "review", "edit", "add"


async def show(state: State, ports: Ports, remark: Text) -> Outcome:
    """The summary. Ids and receipt are drawn here, so that a repeated "kirim" makes no second tip,
    and "kirim" names what was shown, so that an old one sends nothing that was not seen."""
    ids = state.data.get("ids") or {
        "case": new_id(),
        "code": new_code(),
        "receipt": ports.words.draw(),
    }
    after = state.at(STEP, ids=ids)
    text = join([remark, await _summary(after, ports), ports.wording.say("tip.review.ask")])
    version = seen(after)
    choices = (
        *(_choice(ports, name, f"{name}:{version}") for name in ("send", "send_without")),
        *(_choice(ports, name, name) for name in ("edit", "add", "cancel")),
    )
    return Outcome(after, (Outgoing(text, choices),))


def seen(state: State) -> str:
    """What a summary showed, in a few letters."""
    shown = [[name, answer["shown"]] for name, answer in sorted(draft.answers(state).items())]
    files = [entry["id"] for entry in state.data.get("files", [])]
    content = json.dumps([shown, state.data.get("desk"), files])
    return blake2b(content.encode(), digest_size=4).hexdigest()


async def _summary(state: State, ports: Ports) -> Text:
    answers = draft.answers(state)
    lines = [ports.wording.say("tip.review.title")]
    lines += [
        ports.wording.say(
            "tip.review.line", name=_name(field, ports), value=answers[field.name]["shown"]
        )
        for field in ports.form.fields
        if field.name in answers and field.fits(draft.values(state))
    ]
    lines += await evidence.lines(state, ports)
    desk = ports.desks.get(state.data["desk"])
    lines.append(ports.wording.say("tip.review.reader", desk=desk.name if desk else ""))
    return join(lines, "\n")


def edit(state: State, ports: Ports, remark: Text | None = None) -> Outcome:
    """Which of the answers is to be changed, and who reads."""
    choices = [_field(f, ports) for f in ports.form.fields if f.name in draft.answers(state)]
    if "desk" in state.data:
        choices.append(Choice(ports.wording.plain("tip.review.choices.reader"), "tip:reader"))
    if state.data.get("files"):
        choices.append(Choice(ports.wording.plain("tip.review.choices.files"), "tip:file-which"))
    return _menu(state.at(EDIT), ports, "tip.review.which", choices, remark)


def add(state: State, ports: Ports) -> Outcome:
    """What else could be told: fields that fit and have no answer yet, and files."""
    values = draft.values(state)
    open_ = [f for f in ports.form.fields if values.get(f.name) is None and f.fits(values)]
    choices = [
        Choice(ports.wording.plain("tip.choices.more"), "tip:more"),
        Choice(ports.wording.plain("tip.review.choices.file"), "tip:files"),
        *(_field(f, ports) for f in open_),
    ]
    return _menu(state.at(ADD), ports, "tip.review.add", choices)


def _menu(
    state: State, ports: Ports, key: str, choices: list[Choice], remark: Text | None = None
) -> Outcome:
    back = Choice(ports.wording.plain("tip.choices.back"), "tip:resume")
    said = join([remark or Text(), ports.wording.say(key)])
    return Outcome(state, (Outgoing(said, (*choices, back)),))


def _field(field: Field, ports: Ports) -> Choice:
    return Choice(_name(field, ports), f"tip:change:{field.name}")


def _name(field: Field, ports: Ports) -> str:
    return ports.wording.plain(f"tip.fields.{field.name}.name")


def _choice(ports: Ports, name: str, data: str) -> Choice:
    return Choice(ports.wording.plain(f"tip.review.choices.{name}"), f"tip:{data}")

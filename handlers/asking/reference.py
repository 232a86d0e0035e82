"""What stands around the answers: the rules in force, sanctions, stages, the pledge, letters."""

from collections.abc import Sequence

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import Text, join
from bot.dates import say_date
from bot.knowledge.law import Instrument
from bot.knowledge.reference import (
    Citation,
    Letter,
    newest_first,
    status_key,
    successors,
)
from bot.limits import ANSWER_LENGTH
from handlers.asking.answers import ticket
from handlers.ports import Ports

_GROUPS = {
    "undang": ("undang-undang",),
    "pemerintah": ("peraturan-pemerintah", "peraturan-presiden"),
    "edaran": ("keputusan-bersama", "surat-edaran"),
    "lembaga": ("peraturan-lembaga",),
    "putusan": ("putusan-mk", "keterangan", "kebijakan"),
}
_GONE = ("dicabut", "habis-masa")


async def rules(state: State, _incoming: Incoming, ports: Ports) -> Outcome:
    """``/aturan``: the groups of instruments, and those that no longer hold."""
    gone = [i for i in newest_first(ports.law.values()) if i.status in _GONE]
    parts = [
        ports.wording.say("reference.law.intro"),
        join(
            [ports.wording.say("reference.law.gone"), *(_instrument(ports, i) for i in gone)], "\n"
        ),
    ]
    names = ports.wording.under("reference.law.groups")
    choices = tuple(Choice(name, f"law:{key}:0") for key, name in names.items())
    return _said(state, Outgoing(join(parts), choices))


async def rules_of_group(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """One group, newest first, in messages of one screen; ``law:<group>:<first>``."""
    _, group, first, *_ = (*(incoming.choice or "").split(":"), "", "")
    if group not in _GROUPS or not first.isdecimal():
        return await rules(state, incoming, ports)
    found = [i for i in newest_first(ports.law.values()) if i.kind in _GROUPS[group]]
    lines = _one_screen([_instrument(ports, i) for i in found[int(first) :]])
    name = ports.wording.plain(f"reference.law.groups.{group}")
    shown = join([ports.wording.say("reference.law.group", name=name), *lines], "\n")
    after = int(first) + len(lines)
    more = Choice(ports.wording.plain("reference.law.next"), f"law:{group}:{after}")
    return _said(state, Outgoing(shown, (more,) if after < len(found) else ()))


async def sanctions(state: State, _incoming: Incoming, ports: Ports) -> Outcome:
    """``/sanksi``: the ladder from moral to criminal."""
    ladder, say = ports.reference.ladder, ports.wording.say
    steps = [
        say("reference.sanctions.step", number=str(number), name=step.name, text=step.short)
        for number, step in enumerate(ladder.steps, 1)
    ]
    parts = [
        say("reference.sanctions.title") + "\n" + ladder.intro,
        *steps,
        say("reference.reviewed", date=say_date(ladder.reviewed)),
    ]
    choice = Choice(ports.wording.plain("reference.sanctions.topics"), "cat:sanksi")
    return _said(state, Outgoing(join(parts), (choice,)))


async def stages(state: State, _incoming: Incoming, ports: Ports) -> Outcome:
    """``/tahapan``: the stage now, and what each one means."""
    calendar, say = ports.reference.stages, ports.wording.say
    now = calendar.stage_of(None, ports.clock.today())
    parts = [
        Text.plain(now.sentence()) if now else say("reference.stages.unknown"),
        say("reference.stages.title"),
        *(
            say("reference.stages.kind", name=kind.phase, means=f"{kind.means} {kind.sanction}")
            for kind in calendar.in_time()
        ),
        Text.plain(calendar.penal_note),
    ]
    choice = Choice(ports.wording.plain("reference.stages.topics"), "cat:tahapan")
    return _said(state, Outgoing(join(parts), (choice,)))


async def pledge(state: State, _incoming: Incoming, ports: Ports) -> Outcome:
    """``/ikrar``: the text, where it comes from, and where a certificate is made."""
    found, say = ports.reference.pledge, ports.wording.say
    text = join([say("reference.pledge.title", title=found.title), Text.plain(found.opening)], "\n")
    parts = [
        _lines(ports, text, found.points),
        Text.plain(found.closing),
        say("reference.pledge.source", text=found.source),
        say("reference.basis", text=_cited(ports, found.law)),
        _certificate(ports),
    ]
    return _said(state, Outgoing(join(parts), (_explanation(ports, found.topic),)))


async def letters(state: State, _incoming: Incoming, ports: Ports) -> Outcome:
    """``/surat``: which letter."""
    choices = tuple(Choice(x.title, f"letter:{x.id}") for x in ports.reference.letters.values())
    return _said(state, Outgoing(ports.wording.say("reference.letters.intro"), choices))


async def letter(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """How to use the letter, then the letter alone, so that it can be copied whole."""
    found = ports.reference.letters.get((incoming.choice or "").partition(":")[2])
    if found is None:
        return await letters(state, incoming, ports)
    other = Choice(ports.wording.plain("reference.letters.other"), "letter")
    body = Outgoing(Text.plain(found.body), (_explanation(ports, found.topic), other))
    return _said(state, Outgoing(_about(ports, found)), body)


async def official(state: State, _incoming: Incoming, ports: Ports) -> Outcome:
    """``/asli``: where this service really is, and how to tell a false one."""
    parts = [_addresses(ports), _operator(ports), ports.wording.say("reference.official.signs")]
    return _said(state, Outgoing(join(parts)))


def _said(state: State, *replies: Outgoing) -> Outcome:
    return Outcome(state, replies)


def _instrument(ports: Ports, instrument: Instrument) -> Text:
    key = f"reference.law.status.{status_key(instrument)}"
    status = ports.wording.say(key, by=successors(instrument, ports.law))
    return ports.wording.say("reference.law.line", name=instrument.short, status=status)


def _one_screen(lines: Sequence[Text]) -> list[Text]:
    """The first lines that fit into one message, at least one."""
    shown: list[Text] = []
    for line in lines:
        if shown and sum(len(str(s)) + 1 for s in (*shown, line)) > ANSWER_LENGTH:
            break
        shown.append(line)
    return shown


def _lines(ports: Ports, heading: Text, lines: Sequence[str]) -> Text:
    return join([heading, *(ports.wording.say("reference.line", text=x) for x in lines)], "\n")


def _cited(ports: Ports, citations: Sequence[Citation]) -> str:
    return "; ".join(f"{ports.law[c.instrument].short} {c.part}".strip() for c in citations) + "."


def _explanation(ports: Ports, topic: str) -> Choice:
    return Choice(ports.wording.plain("reference.letters.explain"), f"t:{ticket(topic)}")


def _certificate(ports: Ports) -> Text:
    address = ports.reference.address
    if not address:
        return ports.wording.say("reference.pledge.certificate_here")
    return ports.wording.say("reference.pledge.certificate", link=f"{address}/ikrar")


def _about(ports: Ports, found: Letter) -> Text:
    return ports.wording.say(
        "reference.letters.about",
        title=found.title,
        for_whom=found.for_whom,
        to=found.to,
        before=found.before,
    )


def _addresses(ports: Ports) -> Text:
    found = ports.reference.official.get().addresses
    if not found:
        key = "demo" if ports.operator.mode == "demo" else "none"
        return ports.wording.say(f"reference.official.{key}")
    lines = [
        ports.wording.say("reference.official.address", channel=a.channel, name=a.name, link=a.link)
        for a in found
    ]
    return join([ports.wording.say("reference.official.title"), *lines], "\n")


def _operator(ports: Ports) -> Text:
    operator = ports.operator
    if operator.mode == "demo":
        return Text()
    return ports.wording.say(
        "reference.official.operator", name=operator.name, contact=operator.contact
    )

"""Files of a draft: taken in at any time, copied by a job, shown in the review, sent with it.

State, beside the form's own: ``files`` ([{"id", "kind"}] in the order they came), ``file_date``
(the photo's day goes along as text) and ``file_warned`` (the warnings were shown). Choices carry
the flow's own prefix (``tip:file-check``, ``thread:file-check``), so that its handler gets them.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from bot.chat.addressed import AddressedEffect, FetchFile
from bot.chat.conversation import Outcome, State
from bot.chat.draft_files import FILE_FIELDS, DraftFile
from bot.chat.messages import Attachment, Choice, Incoming, Outgoing
from bot.chat.text import Text, join
from bot.dates import say_date
from bot.limits import EVIDENCE_FILES
from bot.store.effects import DropEvidence, Effect
from bot.store.ids import new_id
from handlers.ports import Ports

_SPOKEN = "voice"
_NO_FILES = ("sticker", "other")  # nothing that could be evidence
_REFUSED, _READY, _WAITING = "refused", "ready", "waiting"

_Effects = tuple[Effect | AddressedEffect, ...]


async def received(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """Files arrived inside a draft, in the flow ``state.flow``; ``incoming.text`` is not read here.

    One reply. If it offers choices (the first file ever), the next question waits for them;
    otherwise the caller may ask its question after it.
    """
    after, said, effects = state, list[Text](), list[Effect | AddressedEffect]()
    for attachment in incoming.attachments:
        after, line, made = _taken_in(after, attachment, ports)
        said.append(line)
        effects += made
    if after.data.get("files") and not after.data.get("file_warned"):
        said += [ports.wording.say("evidence.warning"), ports.wording.say("evidence.date.ask")]
        choices = _choices(after, ports, "date", "nodate")
        after = after.at(after.step, file_warned=True)
        return Outcome(after, (Outgoing(join(said), choices),), tuple(effects))
    return Outcome(after, (Outgoing(join(_once(said), "\n")),), tuple(effects))


async def chose(state: State, incoming: Incoming, ports: Ports) -> Outcome | None:
    """A choice ``…:file-*``; None for every other one.

    As with `received`: when the reply offers no choices, the caller goes on with its own question
    (or its review). "Periksa lagi" answers with no reply at all once every file is ready.
    """
    name, _, argument = (incoming.choice or "").removeprefix(f"{state.flow}:").partition(":")
    match name:
        case "file-date" | "file-nodate":
            wanted = name == "file-date"
            said = ports.wording.say(f"evidence.date.{'with' if wanted else 'without'}")
            return Outcome(state.at(state.step, file_date=wanted), (Outgoing(said),))
        case "file-check":
            waits = await not_ready(state, ports)
            return Outcome(state, (waits,) if waits else ())
        case "file-drop":
            return await _drop(state, argument, ports)
        case "file-which":
            return Outcome(state, (_which(state, ports),))
        case _:
            return None


async def lines(state: State, ports: Ports) -> list[Text]:
    """For the review: one line a file, and whether the photo's day goes along."""
    found = await _files(state, ports)
    shown = [
        ports.wording.say(
            f"evidence.line.{file.state}",
            number=str(number),
            kind=_kind(entry["kind"], ports),
            reason=_reason(file, ports),
        )
        for number, (entry, file) in enumerate(found, 1)
    ]
    days = [date.fromisoformat(day) for _, file in found if (day := file.file.get("taken"))]
    if days and state.data.get("file_date"):
        said = ", ".join(map(say_date, days))
        shown.append(ports.wording.say("evidence.line.date", days=said))
    return shown


async def not_ready(state: State, ports: Ports) -> Outgoing | None:
    """What to say instead of sending: a file is still being copied, or cannot be used.

    Nobody's tip goes out without a file that its writer believes to be in it.
    """
    found = await _files(state, ports)
    states = {file.state for _, file in found}
    if states <= {_READY}:
        return None
    waiting = _WAITING in states
    title = ports.wording.say("evidence.wait" if waiting else "evidence.unusable")
    text = join([title, join(await lines(state, ports), "\n")])
    return Outgoing(text, _choices(state, ports, *(["check"] if waiting else []), "drop"))


async def attached(state: State, ports: Ports) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """The ids for `AcceptTip.evidence` / `AddToCase.evidence`, and ``files`` of the content."""
    ready = [file for _, file in await _files(state, ports) if file.state == _READY]
    fields = FILE_FIELDS if state.data.get("file_date") else FILE_FIELDS[:-1]
    files = [{name: file.file[name] for name in fields if name in file.file} for file in ready]
    return tuple(file.id for file in ready), files


def discarded(state: State) -> tuple[Effect, ...]:
    """For a draft that ends without being sent, also by "bersihkan"."""
    ids = tuple(entry["id"] for entry in state.data.get("files", []))
    return (DropEvidence(ids),) if ids else ()


# Held before anybody agreed


def notes(files: Iterable[Attachment]) -> list[dict[str, Any]]:
    """Files as they wait in the state, until it is known whether they are wanted."""
    return [
        {"kind": f.kind, "reference": f.reference, "size": f.size, "stored": f.stored}
        for f in files
    ]


def noted(notes: Iterable[Mapping[str, Any]]) -> tuple[Attachment, ...]:
    """The files of `notes`."""
    return tuple(Attachment(**note) for note in notes)


# Taking in


def _taken_in(state: State, attachment: Attachment, ports: Ports) -> tuple[State, Text, _Effects]:
    files = state.data.get("files", [])
    if declined := _declined(attachment, len(files)):
        said = ports.wording.say(f"evidence.declined.{declined}", most=str(EVIDENCE_FILES))
        return state, said, _thrown_away(attachment)
    id_ = new_id()
    after = state.at(state.step, files=[*files, {"id": id_, "kind": attachment.kind}])
    said = ports.wording.say(
        "evidence.received", number=str(len(files) + 1), kind=_kind(attachment.kind, ports)
    )
    return after, said, (FetchFile(id_, attachment, int(ports.clock.now())),)


def _declined(attachment: Attachment, have: int) -> str | None:
    if attachment.kind == _SPOKEN:
        return "voice"
    if attachment.kind in _NO_FILES or not attachment.reference:
        return "other"
    return "too_many" if have >= EVIDENCE_FILES else None


def _thrown_away(attachment: Attachment) -> _Effects:
    """An upload that lies with us already (web) is deleted again."""
    if not attachment.stored:
        return ()
    id_ = new_id()
    return (FetchFile(id_, attachment), DropEvidence((id_,)))


def _once(said: list[Text]) -> list[Text]:
    """The same sentence for several files of one message is said once."""
    return list(dict.fromkeys(said))


# Choices


async def _drop(state: State, id_: str, ports: Ports) -> Outcome:
    """Take one file out, or every one that is not ready."""
    gone = [id_] if id_ else [f.id for _, f in await _files(state, ports) if f.state != _READY]
    files = state.data.get("files", [])
    left = [entry for entry in files if entry["id"] not in gone]
    dropped = tuple(entry["id"] for entry in files if entry["id"] in gone)
    said = Outgoing(ports.wording.say("evidence.dropped"))
    effects = (DropEvidence(dropped),) if dropped else ()
    return Outcome(state.at(state.step, files=left), (said,), effects)


def _which(state: State, ports: Ports) -> Outgoing:
    choices = tuple(
        Choice(
            str(
                ports.wording.say(
                    "evidence.choices.one", number=str(number), kind=_kind(entry["kind"], ports)
                )
            ),
            f"{state.flow}:file-drop:{entry['id']}",
        )
        for number, entry in enumerate(state.data.get("files", []), 1)
    )
    return Outgoing(ports.wording.say("evidence.which"), choices)


def _choices(state: State, ports: Ports, *names: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(ports.wording.plain(f"evidence.choices.{name}"), f"{state.flow}:file-{name}")
        for name in names
    )


# Small things


async def _files(state: State, ports: Ports) -> list[tuple[dict[str, str], DraftFile]]:
    entries = state.data.get("files", [])
    return list(zip(entries, await ports.evidence.of([e["id"] for e in entries]), strict=True))


def _kind(kind: str, ports: Ports) -> str:
    key = f"evidence.kind.{kind}"
    return ports.wording.plain(key if ports.wording.has(key) else "evidence.kind.document")


def _reason(file: DraftFile, ports: Ports) -> Text:
    return ports.wording.say(f"evidence.{file.reason}") if file.reason else Text()

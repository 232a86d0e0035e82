"""What in a tip may point to its writer: shown sentence by sentence, decided by the writer.

Nothing is changed in silence. ``kept`` in the draft holds what is to be sent as it is.
"""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Outgoing
from bot.chat.text import Text, join
from handlers.ports import Ports
from handlers.telling import draft

STEP = "exposed"
_FREE = ("story", "place", "who", "position", "spot", "hour", "candidate", "facilities")
_RELATION = "self_relation"
_MINE = ("saya", "sy", "aku", "kami", "kita", "gue", "gw", "ane")
_CONTACTS = ("phone", "email", "handle")
_INVITES = re.compile(
    r"^(?:silakan |bisa |tolong )?(?:hubungi|kontak|wa|telp|telepon|chat)\b", re.IGNORECASE
)
_END = re.compile(r"[.!?\n]")
_GAPS = ((re.compile(r"[ \t]+([.,;:!?])"), r"\1"), (re.compile(r"[ \t]{2,}"), " "))


@dataclass(frozen=True, slots=True)
class Finding:
    """A part of a field's text, of a kind of `bot.tips.exposure`, and the sentence around it."""

    field: str
    kind: str
    part: str
    sentence: str

    @property
    def rest(self) -> str:
        """What stays when it is taken out: "kadis saya" leaves "kadis"."""
        if self.kind != _RELATION:
            return ""
        return " ".join(word for word in self.part.split() if word.casefold() not in _MINE)


async def ask(state: State, ports: Ports, remark: Text) -> Outcome | None:
    """The first part that was not decided on yet, or None."""
    found = await findings(state, ports)
    if not found:
        return None
    names = ["keep", "cut", "change", *(["keep_all"] if len(found) > 1 else [])]
    choices = tuple(
        Choice(ports.wording.plain(f"tip.exposure.choices.{name}"), f"tip:{name}") for name in names
    )
    said = Outgoing(join([remark, shown(found[0], ports)]), choices)
    return Outcome(state.at(STEP), (said,))


def shown(found: Finding, ports: Ports) -> Text:
    """The part, what kind of trace it is, and the sentence around it."""
    kind = f"tip.exposure.kinds.{found.kind}"
    return ports.wording.say(
        "tip.exposure.ask",
        part=found.part,
        kind=ports.wording.plain(kind if ports.wording.has(kind) else "tip.exposure.kinds.other"),
        sentence=found.sentence,
    )


async def findings(state: State, ports: Ports) -> list[Finding]:
    """Every part that is not decided on, in the order of the form."""
    kept: list[str] = state.data.get("kept", [])
    texts = list(_texts(state))
    found = await asyncio.to_thread(lambda: [f for text in texts for f in of_text(*text, ports)])
    return [finding for finding in found if finding.part not in kept]


def of_text(field: str, text: str, ports: Ports) -> list[Finding]:
    """The findings of one text, each part once."""
    found = {}
    for one in reversed(ports.exposure.find(text)):
        sentence = _sentence(text, one.start, one.end)
        part = one.text.strip()
        if one.kind in _CONTACTS and _INVITES.search(sentence) and sentence in text:
            part = sentence  # "hubungi saya di" without the number would be no sentence
        found[part] = Finding(field, one.kind, part, sentence)
    return list(reversed(found.values()))


def keep(state: State, found: list[Finding]) -> State:
    """To be sent as they are."""
    kept: list[str] = state.data.get("kept", [])
    return state.at(state.step, kept=[*kept, *(finding.part for finding in found)])


def cut(state: State, found: Finding) -> State:
    """Without that part, wherever it stands; an answer that was nothing else is open again."""
    changed = {name: _cut_answer(a, found) for name, a in draft.answers(state).items()}
    left = {name: answer for name, answer in changed.items() if answer["shown"]}
    return state.at(state.step, answers=left)


def text_of(state: State, field: str) -> str:
    """What a field says now; empty when it is open again."""
    answer = draft.answers(state).get(field)
    return _text_of(answer) if answer else ""


def _cut_answer(answer: dict[str, Any], found: Finding) -> dict[str, Any]:
    value, shown = answer["value"], str(answer["shown"])
    if isinstance(value, dict) and "text" in value:
        value = {**value, "text": without(value["text"], found)}
    elif isinstance(value, str):
        value = without(value, found)
    return {**answer, "value": value, "shown": without(shown, found)}


def without(text: str, found: Finding) -> str:
    """The text without a part, and without the gap that it leaves."""
    shorter = text.replace(found.part, found.rest)
    for gap, filling in _GAPS:
        shorter = gap.sub(filling, shorter)
    return shorter.strip(" ,;")


def _texts(state: State) -> Iterator[tuple[str, str]]:
    for name in _FREE:
        if text := text_of(state, name):
            yield name, text


def _text_of(answer: dict[str, Any]) -> str:
    value = answer["value"]
    return str(value["text"] if isinstance(value, dict) else value or "")


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence in which a stretch stands."""
    begins = max((mark.end() for mark in _END.finditer(text, 0, start)), default=0)
    closing = _END.search(text, end)
    return " ".join(text[begins : closing.end() if closing else len(text)].split())

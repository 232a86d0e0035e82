"""Effects that need the chat's address: handlers name them, the dispatcher seals the address in.

Handlers never see an address; the stored job or notice holds it only under a key that dies soon.
"""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from bot.chat.messages import Address, Attachment
from bot.keys.crypto import seal, subkey, unseal
from bot.keys.ring import KeyRing
from bot.limits import NUDGE_DAYS, NUDGE_DAYS_WHATSAPP
from bot.store.effects import AskNudge, Effect, QueueEvidence, StopNudges
from bot.store.ids import new_id

NOTICE_DAYS = {"telegram": NUDGE_DAYS - 1, "whatsapp": NUDGE_DAYS_WHATSAPP}
"""Where we may write first, and how many days after a wish the last whole one is: the address goes
with the day after it."""


@dataclass(frozen=True, slots=True)
class FetchFile:
    """Make a copy of a file that came in; ``id`` names it in the draft."""

    id: str
    attachment: Attachment = field(repr=False)
    due: int = 0


@dataclass(frozen=True, slots=True)
class WantNudge:
    """Tell this chat once, in neutral words, when there is something to read."""

    case_id: str


@dataclass(frozen=True, slots=True)
class ForgetNudges:
    """This chat wants no notice any more."""


AddressedEffect = FetchFile | WantNudge | ForgetNudges


def complete(effect: Effect | AddressedEffect, address: Address, ring: KeyRing) -> Effect:
    """The effect to store; those without an address pass as they are."""
    match effect:
        case FetchFile():
            return _job(effect, address, ring)
        case WantNudge():
            return _nudge(effect, address, ring)
        case ForgetNudges():
            return StopNudges(tuple(ring.nudge_chats(str(address))))
        case _:
            return effect


def open_job(ring: KeyRing, id_: str, day: str, job: bytes) -> dict[str, Any]:
    """``channel``, ``chat``, ``kind``, ``reference``, ``size``. Raises KeyError, SealError."""
    key = subkey(ring.state_key(date.fromisoformat(day)), "evidence")
    opened: dict[str, Any] = json.loads(unseal(key, job, f"evidence:{id_}"))
    return opened


def open_nudge(ring: KeyRing, id_: str, week: str, body: bytes) -> Address:
    """Whom to tell. Raises KeyError once the week's key is destroyed, SealError."""
    channel, chat = json.loads(unseal(ring.nudge_key(week), body, f"nudge:{id_}"))
    return Address(channel, chat)


def _job(effect: FetchFile, address: Address, ring: KeyRing) -> QueueEvidence:
    day = ring.days()[0]
    file = effect.attachment
    job = {
        "channel": address.channel,
        "chat": address.chat,
        "kind": file.kind,
        "reference": file.reference,
        "size": file.size,
    }
    key = subkey(ring.state_key(day), "evidence")
    sealed = seal(key, json.dumps(job).encode(), f"evidence:{effect.id}")
    return QueueEvidence(effect.id, str(day), effect.due, sealed, file.stored)


def _nudge(effect: WantNudge, address: Address, ring: KeyRing) -> AskNudge:
    week, id_ = ring.week(), new_id()
    until = ring.days()[0] + timedelta(days=NOTICE_DAYS[address.channel])
    body = json.dumps([address.channel, address.chat]).encode()
    sealed = seal(ring.nudge_key(week), body, f"nudge:{id_}")
    chat = ring.nudge_chat(str(address), week)
    return AskNudge(id_, effect.case_id, week, str(until), chat, sealed)

"""Who can open what: each message of a case has a key of its own, wrapped for its readers.

Case id, direction and sequence are authenticated with the text, so that no message can be moved
to another case or place without being noticed.
"""

import json
from datetime import date
from typing import Any, Protocol

from bot.keys.crypto import (
    new_key,
    seal,
    unseal,
    unwrap,
    unwrap_with,
    wrap,
    wrap_for,
)
from bot.keys.ring import KeyRing
from bot.store.effects import SealedMessage

_SENT = ("tip", "addition")  # by the person; the rest was written at the desk


class CaseKeys(Protocol):
    """What of a case its messages are sealed with."""

    @property
    def id(self) -> str: ...
    @property
    def desk(self) -> str: ...
    @property
    def thread_key(self) -> bytes | None: ...


def seal_for_desk(
    ring: KeyRing, desk: str, case_id: str, sequence: int, direction: str, content: dict[str, Any]
) -> SealedMessage:
    """A tip or an addition: the desk may open it, and the worker until it is delivered."""
    return _sealed(ring, desk, case_id, sequence, direction, content, for_delivery=True)


def seal_reply(
    ring: KeyRing, desk: str, thread_key: bytes | None, case_id: str, sequence: int, text: str
) -> SealedMessage:
    """A moderator's reply: the desk may open it, and whoever holds the receipt."""
    return _sealed(ring, desk, case_id, sequence, "reply", {"text": text}, thread_key)


def seal_note(ring: KeyRing, desk: str, case_id: str, sequence: int, text: str) -> SealedMessage:
    """A moderator's note: the desk alone may open it."""
    return _sealed(ring, desk, case_id, sequence, "note", {"text": text})


def reseal(
    ring: KeyRing, case: CaseKeys, to_desk: str, sequence: int, message: SealedMessage
) -> SealedMessage:
    """A message for another desk, which gets what was sent anew and everything else to read.

    Raises SealError or KeyError when the first desk's key does not open it.
    """
    content = open_at_desk(ring, case.desk, case.id, sequence, message)
    return _sealed(
        ring,
        to_desk,
        case.id,
        sequence,
        message.direction,
        content,
        case.thread_key if message.key_for_thread else None,
        for_delivery=message.direction in _SENT,
    )


def _sealed(
    ring: KeyRing,
    desk: str,
    case_id: str,
    sequence: int,
    direction: str,
    content: dict[str, Any],
    thread_key: bytes | None = None,
    *,
    for_delivery: bool = False,
) -> SealedMessage:
    key, month = new_key(), ring.month()
    context = _context(case_id, direction, sequence)
    delivery = wrap(ring.delivery_key(month), key, context) if for_delivery else None
    return SealedMessage(
        direction,
        seal(key, json.dumps(content).encode(), context),
        key_for_desk=wrap(ring.desk_key(desk, month), key, context),
        key_for_delivery=delivery,
        key_for_thread=wrap_for(thread_key, key) if thread_key else None,
        month=month,
    )


def seal_sender(ring: KeyRing, day: date, case_id: str, tag: bytes) -> bytes:
    """The sender's tag, sealed apart from the tip; it dies with the day's key."""
    return seal(ring.state_key(day), tag, f"sender:{case_id}")


def open_sender(ring: KeyRing, day: date, case_id: str, sealed: bytes) -> bytes:
    """The sender's tag of that day. Raises KeyError once the day's key is destroyed, SealError."""
    return unseal(ring.state_key(day), sealed, f"sender:{case_id}")


def open_at_desk(
    ring: KeyRing, desk: str, case_id: str, sequence: int, message: SealedMessage
) -> dict[str, Any]:
    """What a moderator may read. Raises SealError, or KeyError once the key is destroyed."""
    context = _context(case_id, message.direction, sequence)
    key = unwrap(ring.desk_key(desk, message.month), message.key_for_desk, context)
    return _content(key, message, context)


def open_for_delivery(
    ring: KeyRing, case_id: str, sequence: int, message: SealedMessage
) -> dict[str, Any]:
    """What the worker delivers. Raises SealError or KeyError."""
    context = _context(case_id, message.direction, sequence)
    key = unwrap(ring.delivery_key(message.month), message.key_for_delivery or b"", context)
    return _content(key, message, context)


def open_with_receipt(
    thread_secret: bytes, case_id: str, sequence: int, message: SealedMessage
) -> dict[str, Any]:
    """A reply, opened by the person who holds the receipt. Raises SealError."""
    key = unwrap_with(thread_secret, message.key_for_thread or b"")
    return _content(key, message, _context(case_id, message.direction, sequence))


def _content(key: bytes, message: SealedMessage, context: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(unseal(key, message.body, context))
    return content


def _context(case_id: str, direction: str, sequence: int) -> str:
    return f"case:{case_id}:{direction}:{sequence}"

"""What had arrived of an answer when the rest of it failed: the next try sends only the rest.

Kept in memory only, as keyed hashes: after a restart the whole answer is sent again.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass, field

from bot.keys.crypto import keyed_hash, new_key
from bot.limits import WHATSAPP_HALF_SENT, WHATSAPP_HALF_SENT_CHATS

_Arrived = tuple[bytes, str]
"""The hash of a message and its id."""


@dataclass(slots=True)
class Sent:
    """The messages of one try at an answer.

    ``sids`` names what has arrived, now or earlier; ``billed`` is how many went out now;
    ``arrived`` is all that is known, ``earlier`` what this try has not come to yet.
    """

    key: bytes = field(default_factory=new_key, repr=False)
    arrived: list[_Arrived] = field(default_factory=list, repr=False)
    earlier: list[_Arrived] = field(default_factory=list, repr=False)
    sids: list[str] = field(default_factory=list, repr=False)
    billed: int = 0

    def again(self, content: str) -> bool:
        """Whether this message had arrived already; each that had counts once."""
        hash_ = self._hash(content)
        for known in self.earlier:
            if known[0] == hash_:
                self.earlier.remove(known)
                self.sids.append(known[1])
                return True
        return False

    def add(self, content: str, sid: str) -> None:
        """It went out now."""
        self.arrived.append((self._hash(content), sid))
        self.sids.append(sid)
        self.billed += 1

    def _hash(self, content: str) -> bytes:
        return keyed_hash(self.key, content, "half sent")


class HalfSent:
    """Answers that failed half-way, by address, for a while."""

    def __init__(self) -> None:
        self._key = new_key()
        self._chats: OrderedDict[bytes, tuple[float, list[_Arrived]]] = OrderedDict()

    def begin(self, to: str) -> Sent:
        """A try at an answer, which knows what had arrived when the last one failed."""
        until, arrived = self._chats.pop(self._chat(to), (0.0, []))
        known = arrived if time.monotonic() < until else []
        return Sent(self._key, [*known], [*known])

    def failed(self, to: str, sent: Sent) -> None:
        if not sent.arrived:
            return
        self._chats[self._chat(to)] = (time.monotonic() + WHATSAPP_HALF_SENT, sent.arrived)
        if len(self._chats) > WHATSAPP_HALF_SENT_CHATS:
            self._chats.popitem(last=False)

    def _chat(self, to: str) -> bytes:
        return keyed_hash(self._key, to, "half sent to")

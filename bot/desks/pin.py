"""The PIN of sealed desks: a gate in front of a shared screen, never a key.

It opens nothing by itself, so a forgotten one loses nothing: the desk's owner resets it.
"""

import asyncio
import re
from itertools import pairwise

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

from bot.limits import PIN_DIGITS, PIN_MEMORY, PIN_PASSES, PIN_TRIES
from bot.store.moderators import Seat as Seat

_DIGITS = re.compile(rf"\d{{{PIN_DIGITS}}}", re.ASCII)


def pins_in(text: str) -> list[str]:
    """The PINs in a text that holds nothing else; empty for anything that is none."""
    words = text.split()
    return words if all(_DIGITS.fullmatch(word) for word in words) else []


def is_weak(pin: str) -> bool:
    """One digit over and over, or digits in a row."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    return len(steps) == 1 and steps <= {0, 1, 9}


def is_locked(seat: Seat) -> bool:
    return seat.pin_tries >= PIN_TRIES


async def hashed(pin: str) -> bytes:
    """Argon2id with a salt of its own, off the event loop."""
    return await asyncio.to_thread(argon2id.str, pin.encode(), PIN_PASSES, PIN_MEMORY)


async def is_right(seat: Seat, pin: str) -> bool:
    """Whether this is the seat's PIN; a locked seat has none that is right."""
    if seat.pin is None or is_locked(seat):
        return False
    try:
        return await asyncio.to_thread(argon2id.verify, seat.pin, pin.encode())
    except CryptoError:
        return False

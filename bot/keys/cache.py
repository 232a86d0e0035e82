"""Keys held in memory for seconds, so that one destroyed elsewhere is soon unusable here."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from bot.clock import Clock
from bot.errors import OperatorError
from bot.limits import KEY_FRESH, KEY_LONGEST


class KeysUnavailable(OperatorError, OSError):
    """The keys cannot be read or stored now. To a channel it is an outage, as of the database."""


class KeyStore(Protocol):
    """Where keys lie: `KeyFolder` or `KeyBucket`. Every method may raise `KeysUnavailable`."""

    remote: bool
    """Whether reading waits for a network."""

    def get(self, name: str) -> bytes | None: ...

    def create(self, name: str, value: bytes) -> bytes:
        """Store ``value`` unless the key exists, and return the one that is stored."""
        ...

    def destroy(self, name: str) -> None: ...

    def names(self) -> Iterator[str]: ...


@dataclass(slots=True)
class _Held:
    value: bytes | None
    read_at: float
    renewing: bool = False


class KeyCache:
    """What was read lately, absence included.

    A key is read again after `KEY_FRESH` seconds. Where that means a network, the read goes on
    beside the conversations, and the known key serves meanwhile, for `KEY_LONGEST` at most.
    """

    def __init__(self, store: KeyStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._longest = KEY_LONGEST if store.remote else KEY_FRESH
        self._held: dict[str, _Held] = {}
        self._beside = ThreadPoolExecutor(1, "keys")

    def get(self, name: str) -> bytes | None:
        """The key, or None where there is none. Raises `KeysUnavailable`."""
        held = self._held.get(name)
        age = abs(self._clock.now() - held.read_at) if held else self._longest
        if held is None or age >= self._longest:
            return self._read(name).value
        if age >= KEY_FRESH and not held.renewing:
            held.renewing = True
            self._beside.submit(self._renew, name, held)
        return held.value

    def create(self, name: str, value: bytes) -> bytes:
        """The key of this name, which is ``value`` if there was none. Raises `KeysUnavailable`."""
        stored = self._store.create(name, value)
        self._held[name] = _Held(stored, self._clock.now())
        return stored

    def forget(self, name: str) -> None:
        self._held.pop(name, None)

    def held(self) -> list[str]:
        """The names that this process knows anything about."""
        return list(self._held)

    def _read(self, name: str) -> _Held:
        held = self._held[name] = _Held(self._store.get(name), self._clock.now())
        return held

    def _renew(self, name: str, held: _Held) -> None:
        try:
            fresh = _Held(self._store.get(name), self._clock.now())
        except OperatorError:
            held.renewing = False  # tried again at the next use, until the key is too old
            return
        if self._held.get(name) is held:  # not destroyed or read anew meanwhile
            self._held[name] = fresh

"""The key ring: which keys exist, what they are for, and when they die (docs/keys.md)."""

from datetime import date, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.clock import Clock
from bot.errors import OperatorError
from bot.keys.cache import KeyCache, KeyStore
from bot.keys.crypto import keyed_hash, new_key, subkey
from bot.keys.folder import KeyFolder

_BUCKETS = ("s3", "gs", "az", "memory")


class KeyRing:
    """Random keys by name and time. Keys of the day and trace keys live two days, month keys
    until the last case of the month has expired."""

    def __init__(self, store: KeyStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._cache = KeyCache(store, clock)

    # Conversations

    def days(self) -> tuple[date, date]:
        """The two days whose keys are alive: today and yesterday."""
        today = self._clock.today()
        return today, today - timedelta(days=1)

    def conversation_key(self, address: str, day: date) -> bytes | None:
        """The pseudonym of a chat on a day, or None when that day's key is gone or never was."""
        key = self._day_key(day)
        return None if key is None else keyed_hash(key, address, "conversation")

    def event_hash(self, event: str, day: date) -> bytes | None:
        """The hash under which a platform's message id is remembered against repeats."""
        key = self._day_key(day)
        return None if key is None else keyed_hash(key, event, "event")

    def state_key(self, day: date) -> bytes:
        """The key that seals conversation rows of a day. Raises KeyError when it is gone."""
        key = self._day_key(day)
        if key is None:
            raise KeyError(f"day key of {day} is destroyed")
        return subkey(key, "state")

    def sender_tag(self, address: str) -> bytes:
        """Tells senders of today apart (blocking, counting) without saying who they are."""
        return keyed_hash(self._need(f"day-{self._clock.today()}"), address, "sender", 8)

    def trace_key(self, day: date) -> bytes | None:
        """The key for message ids that "bersihkan" may delete; not derived from the day key."""
        return self._alive(f"trace-{day}", day)

    def server_key(self) -> bytes:
        """The demo's own permanent key; a real service sets SERVER_KEY instead."""
        return self._need("server")

    def belongs_to(self, database: bytes) -> bool:
        """Whether these are the keys of the database with this id; the first one claims them."""
        return self._store.get("database") == database or (
            self._store.create("database", database) == database
        )

    # Tips

    def month(self) -> str:
        return f"{self._clock.today():%Y-%m}"

    def desk_key(self, desk: str, month: str) -> bytes:
        """The desk's key of a month. Made for the current month only; KeyError once destroyed."""
        return self._monthly(f"desk-{desk}-{month}", month)

    def delivery_key(self, month: str) -> bytes:
        """The key that lets the worker read a tip until it is delivered."""
        return self._monthly(f"delivery-{month}", month)

    # Notices to tipsters

    def week(self) -> str:
        """The calendar week (ISO), as in ``2026-W47``."""
        year, week, _ = self._clock.today().isocalendar()
        return f"{year}-W{week:02}"

    def nudge_key(self, week: str) -> bytes:
        """The key of the addresses of a week; KeyError once it is destroyed."""
        name = f"nudge-{week}"
        key = self._need(name) if week == self.week() else self._find(name)
        if key is None:
            raise KeyError(f"{name} is destroyed")
        return subkey(key, "address")

    def nudge_chat(self, address: str, week: str) -> bytes:
        """The pseudonym under which a week's notices to a chat are found again."""
        return keyed_hash(self.nudge_key(week), address, "nudge chat")

    def nudge_chats(self, address: str) -> list[bytes]:
        """The pseudonyms of a chat in every week whose key is alive."""
        weeks = [name.removeprefix("nudge-") for name in self._nudge_names()]
        return [self.nudge_chat(address, week) for week in weeks]

    def destroy_weeks(self, keep: set[str]) -> list[str]:
        """Destroy the keys of past weeks that no notice needs (``keep``: weeks)."""
        alive = {f"nudge-{week}" for week in (*keep, self.week())}
        dead = [name for name in self._nudge_names() if name not in alive]
        for name in dead:
            self._destroy(name)
        return dead

    def _nudge_names(self) -> list[str]:
        return [name for name in self._store.names() if name.startswith("nudge-")]

    # What lies at a messaging provider

    def provider_key(self, day: date) -> bytes | None:
        """The key of the list of a day's messages that are still to be deleted at a provider."""
        name = f"provider-{day}"
        return self._need(name) if day == self._clock.today() else self._find(name)

    def destroy_provider_days(self, keep: set[str]) -> list[str]:
        """Destroy the keys of days before yesterday that no list needs (``keep``: days)."""
        alive = {f"provider-{day}" for day in (*keep, *self.days())}
        names = [name for name in self._store.names() if name.startswith("provider-")]
        dead = [name for name in names if name not in alive]
        for name in dead:
            self._destroy(name)
        return dead

    # Death

    def destroy_old_days(self) -> list[str]:
        """Destroy keys of days before yesterday, wherever this process knows them."""
        alive = {f"{kind}-{day}" for kind in ("day", "trace") for day in self.days()}
        dead = [
            name
            for name in self._store.names()
            if name.startswith(("day-", "trace-")) and name not in alive
        ]
        for name in dead:
            self._destroy(name)
        for name in self._cache.held():
            if name.startswith(("day-", "trace-")) and name not in alive:
                self._cache.forget(name)
        return dead

    def destroy_months(self, keep: set[str]) -> list[str]:
        """Destroy desk and delivery keys of past months that no case in ``keep`` needs.

        ``keep`` holds names as in `month_names`. The last month is left alone for its first two
        days of being past: a tip may have been sealed and not yet be committed.
        """
        dead = [
            name
            for name in self.month_names()
            if not name.endswith(self._recent_months()) and name not in keep
        ]
        for name in dead:
            self._destroy(name)
        return dead

    def _recent_months(self) -> tuple[str, str]:
        earlier = self._clock.today() - timedelta(days=2)
        return self.month(), f"{earlier:%Y-%m}"

    def month_names(self) -> list[str]:
        return [n for n in self._store.names() if n.startswith(("desk-", "delivery-"))]

    def names(self) -> list[str]:
        return sorted(self._store.names())

    def _destroy(self, name: str) -> None:
        self._cache.forget(name)
        self._store.destroy(name)

    def _day_key(self, day: date) -> bytes | None:
        return self._alive(f"day-{day}", day)

    def _alive(self, name: str, day: date) -> bytes | None:
        """A key of a day: made today, looked up yesterday, refused when older."""
        today, yesterday = self.days()
        if day == today:
            return self._need(name)
        return self._find(name) if day == yesterday else None

    def _monthly(self, name: str, month: str) -> bytes:
        if month == self.month():
            return self._need(name)
        key = self._find(name)
        if key is None:
            raise KeyError(f"{name} is destroyed")
        return key

    def _find(self, name: str) -> bytes | None:
        return self._cache.get(name)

    def _need(self, name: str) -> bytes:
        return self._cache.get(name) or self._cache.create(name, new_key())


def open_ring(url: str, clock: Clock) -> KeyRing:
    """Open the ring at ``KEYS_URL``. Raises OperatorError."""
    return KeyRing(open_keys(url), clock)


def open_keys(url: str) -> KeyStore:
    """A folder, written as a path or as ``file:///path``, or a bucket. Raises OperatorError."""
    parts = urlsplit(url)
    if parts.scheme in _BUCKETS:
        from bot.keys.bucket import open_bucket  # its library is large, and a folder needs none

        return open_bucket(url)
    if parts.scheme not in ("", "file"):
        raise OperatorError(
            f"KEYS_URL tidak dikenal: {parts.scheme}://. Pakai folder (misalnya data/keys), "
            "s3://, gs://, atau az://."
        )
    return KeyFolder(Path(unquote(parts.path) if parts.scheme else url))

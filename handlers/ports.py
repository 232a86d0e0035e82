"""What handlers may read. Nothing here writes; effects do."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.chat.draft_files import DraftFiles
from bot.chat.wording import Wording
from bot.clock import Clock
from bot.desks.audit import Audit
from bot.desks.casebook import Casebook
from bot.desks.guide import Guide
from bot.desks.routes import Desks
from bot.desks.similar import Similar
from bot.desks.statistics import Statistician
from bot.keys.ring import KeyRing
from bot.knowledge.law import Instrument
from bot.knowledge.matcher import Matcher
from bot.knowledge.reference import Reference
from bot.knowledge.topics import Topic
from bot.tips.exposure import ExposureFinder
from bot.tips.form import Form
from bot.tips.place import Places
from bot.tips.receipts import ReceiptKeeper, ReceiptWords
from bot.tips.story import StoryReader
from handlers.usage import Usage


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs this service, as told to people."""

    mode: str
    name: str = ""
    contact: str = ""


class Acquaintance:
    """Which chats were met today, in memory only, so that the privacy lines come once a day."""

    _LIMIT = 100_000

    def __init__(self) -> None:
        self._met: set[bytes] = set()

    def first_time(self, visitor: bytes | None) -> bool:
        """Whether this chat was not met before; False where chats cannot be told apart."""
        if visitor is None:
            return False
        if len(self._met) >= self._LIMIT:
            self._met.clear()
        is_new = visitor not in self._met
        self._met.add(visitor)
        return is_new


@dataclass(frozen=True, slots=True)
class Ports:
    wording: Wording
    topics: Mapping[str, Topic]
    categories: Mapping[str, str]
    law: Mapping[str, Instrument]
    reference: Reference
    matcher: Matcher
    form: Form
    places: Places
    stories: StoryReader
    exposure: ExposureFinder
    words: ReceiptWords
    guide: Guide
    keeper: ReceiptKeeper
    ring: KeyRing
    casebook: Casebook
    evidence: DraftFiles
    desks: Desks
    clock: Clock
    operator: Operator
    usage: Usage
    audit: Audit
    statistics: Statistician
    tips_closed: Callable[[], Awaitable[str | None]]  # why (wording tip.closed), None when open
    delay: tuple[int, int] = (0, 0)
    acquaintance: Acquaintance = field(default_factory=Acquaintance)
    similar: Similar = field(default_factory=Similar)

    def due(self) -> int:
        """When a tip that is sent now may be delivered, in seconds since 1970."""
        low, high = self.delay
        return int(self.clock.now()) + low + secrets.randbelow(high - low + 1)

"""One desk, as ``DESKS_FILE`` describes it."""

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from bot.desks.switches import NATIONAL

_OFFICIAL_WORDS = ("bawaslu", "pengawas", "panwas", "panwaslih")
_REGION = re.compile(r"nasional|\d{2}(\.\d{2})?")
_QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_SPECIALS = ("uang", "tni-polri", "hitung", "pidana")


def _texts(value: object) -> object:
    """Numbers and words of a list alike: categories are written 1 or tni-polri."""
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]


class Desk(BaseModel):
    """A moderator destination.

    ``categories``: only these (numbers of the tip form or specials), all when empty; ``quiet``:
    hours of silent messages in western Indonesian time; ``owner``: provinces whose regency desks
    this desk's owners may invite to; ``topics``: a forum, one topic a case.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    kind: Literal["tip", "curator"] = "tip"
    channel: Literal["telegram", "web"]
    chat: str
    mode: Literal["full", "sealed"] = "full"
    regions: Texts = ()
    categories: Texts = ()
    topics: bool = False
    quiet: str = ""
    owner: Texts = ()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.channel == "telegram" and not re.fullmatch(r"-?\d+(/\d+)?", self.chat):
            raise ValueError("chat Telegram harus angka, misalnya -1001234567890")
        for code in (*self.regions, *self.owner):
            if not _REGION.fullmatch(code):
                raise ValueError(f'kode wilayah {code} harus seperti "72", "72.71", atau nasional')
        for category in self.categories:
            if category not in _SPECIALS and not re.fullmatch(r"[1-9]", category):
                raise ValueError(f"categories {category} harus 1 sampai 9, {', '.join(_SPECIALS)}")
        if self.quiet and not _QUIET.fullmatch(self.quiet):
            raise ValueError("quiet harus seperti 21:00-06:00")
        return self

    @property
    def sounds_official(self) -> bool:
        """Whether the name may be taken for an election supervisor's."""
        return any(word in self.name.casefold() for word in _OFFICIAL_WORDS)

    @property
    def quiet_minutes(self) -> tuple[int, int] | None:
        """First and last minute of the day of the quiet hours; the first may be the later one."""
        found = _QUIET.fullmatch(self.quiet)
        if found is None:
            return None
        hour, minute, until_hour, until_minute = (int(part) for part in found.groups())
        return 60 * hour + minute, 60 * until_hour + until_minute

    @property
    def reach(self) -> int:
        """0 where a regency is among its regions, 1 a province, 2 the whole country only."""
        return min((_reach(code) for code in self.regions), default=0)

    def takes(self, category: str | None) -> bool:
        return not self.categories or category in self.categories


def _reach(region: str) -> int:
    if region == NATIONAL:
        return 2
    return 0 if "." in region else 1

"""Desks and routes: which desk receives tips of which region (``DESKS_FILE``)."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from pathlib import Path

from bot.desks.desk import Desk as Desk
from bot.desks.file import Listed, read_desks
from bot.desks.switches import NATIONAL as NATIONAL
from bot.desks.switches import Switch, Switches, around
from bot.watched import Watched


class Desks:
    """Every desk and switch; where they come from a file, a changed file is read again."""

    def __init__(self, desks: Mapping[str, Desk], switches: Switches | None = None) -> None:
        self._read: Callable[[], Listed] = lambda: (desks, switches or Switches())
        self._moved: dict[tuple[str, str], str] = {}

    @classmethod
    def load(cls, path: Path) -> "Desks":
        """Read ``DESKS_FILE``. Raises OperatorError with the desk and key that is wrong."""
        loaded = cls({})
        loaded._read = Watched(path, read_desks).get
        return loaded

    def get(self, desk: str) -> Desk | None:
        return self._known().get(desk)

    def all(self) -> list[Desk]:
        return list(self._known().values())

    def at(self, channel: str, chat: str) -> Desk | None:
        """The desk that lives in a chat, or in a topic of it, if one does."""
        here = (desk for desk in self.all() if desk.channel == channel)
        return next((desk for desk in here if desk.chat.partition("/")[0] == chat), None)

    def move(self, channel: str, old: str, new: str) -> None:
        """A chat goes on under a new name (a group that became a supergroup)."""
        self._moved[channel, old] = new

    def readers(
        self, region: str, category: int | str | None = None, among: Collection[str] | None = None
    ) -> list[Desk]:
        """Who may read a tip from a region code, nearest first: regency, province, national.

        Where a level has a desk of its own for the category, that one reads it instead of the
        level's other desks. ``among``: the desks (ids) that somebody attends.
        """
        return [desk for level in self._levels(region, category, among) for desk in level]

    def parent_of(
        self,
        desk: str,
        region: str,
        category: int | str | None = None,
        among: Collection[str] | None = None,
    ) -> Desk | None:
        """The next desk upward for a tip of this region; the nearest of all when ``desk`` is no
        longer on its way; None at the top."""
        levels = self._levels(region, category, among)
        own = self._level_of(desk, region)
        above = [level for rank, level in enumerate(levels) if rank > own]
        return next((one for level in above for one in level if one.id != desk), None)

    def below(self, desk: Desk) -> list[Desk]:
        """The desks to which an owner of this one may invite: itself, and its provinces'."""
        provinces = tuple(f"{code}." for code in desk.owner)
        under = [d for d in self.all() if d.id != desk.id and _within(d, provinces)]
        return [desk, *under]

    def closed(self, region: str, day: date) -> Switch | None:
        """Tips of this region are declined on this day."""
        return self._switched().closed(region, day)

    def alert(self, region: str, day: date) -> Switch | None:
        """This region is on alert on this day."""
        return self._switched().alert(region, day)

    def on_alert(self, desk: Desk, day: date) -> Switch | None:
        """A desk has no quiet hours while one of its regions is on alert."""
        return self._switched().alert_at(desk.regions, day)

    def _level_of(self, desk: str, region: str) -> int:
        """How far up the desk stands for the region, -1 where it does not."""
        found = self._known().get(desk)
        regions = found.regions if found else ()
        return min((i for i, code in enumerate(around(region)) if code in regions), default=-1)

    def _levels(
        self, region: str, category: int | str | None, among: Collection[str] | None
    ) -> list[list[Desk]]:
        kind = None if category is None else str(category)
        seen: set[str] = set()
        levels: list[list[Desk]] = []
        for code in around(region):
            here = [d for d in self.all() if _reads(d, code, kind, among) and d.id not in seen]
            own = [d for d in here if d.categories]
            levels.append(own or here)
            seen |= {d.id for d in here}
        return levels

    def _known(self) -> Mapping[str, Desk]:
        desks, _ = self._read()
        if not self._moved:
            return desks
        return {name: self._placed(desk) for name, desk in desks.items()}

    def _switched(self) -> Switches:
        return self._read()[1]

    def _placed(self, desk: Desk) -> Desk:
        new = self._moved.get((desk.channel, desk.chat))
        return desk.model_copy(update={"chat": new}) if new else desk


def _reads(desk: Desk, code: str, category: str | None, among: Collection[str] | None) -> bool:
    attended = among is None or desk.id in among
    return desk.kind == "tip" and code in desk.regions and desk.takes(category) and attended


def _within(desk: Desk, provinces: tuple[str, ...]) -> bool:
    return bool(desk.regions) and all(code.startswith(provinces) for code in desk.regions)

"""Switches of a region for some days: on alert, or closed (``saklar`` in ``DESKS_FILE``)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

NATIONAL = "nasional"
Kind = Literal["siaga", "tutup"]


class Switch(BaseModel):
    """``siaga``: no quiet hours, the short form, the number of the local post is shown.
    ``tutup``: tips are declined, answers stay. Both days count."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    region: str
    first: date = Field(alias="from")
    last: date = Field(alias="until")
    kind: Kind
    posko: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("'until' mendahului 'from'")
        return self

    def holds(self, region: str, day: date) -> bool:
        """Whether it counts in a regency or province on a day; a province's counts all over it."""
        return self.region in around(region) and self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Switches:
    listed: Sequence[Switch] = ()

    def closed(self, region: str, day: date) -> Switch | None:
        """The switch that closes tips of a region on a day."""
        return self._nearest("tutup", region, day)

    def alert(self, region: str, day: date) -> Switch | None:
        """The switch that puts a region on alert on a day."""
        return self._nearest("siaga", region, day)

    def alert_at(self, regions: Iterable[str], day: date) -> Switch | None:
        """The first alert among the regions of a desk."""
        return next((found for one in regions if (found := self.alert(one, day))), None)

    def _nearest(self, kind: Kind, region: str, day: date) -> Switch | None:
        holding = [s for s in self.listed if s.kind == kind and s.holds(region, day)]
        order = around(region)
        return min(holding, key=lambda s: order.index(s.region), default=None)


def around(region: str) -> list[str]:
    """A region with what it lies in, nearest first: regency, province, the country."""
    return list(dict.fromkeys((region, region.split(".")[0], NATIONAL)))

"""A quarantine of thousands is listed page by page, the most complete first."""

from dataclasses import replace

from bot.desks.actions import OPEN
from bot.keys.ring import KeyRing
from bot.store import cases, desk_reads
from bot.store.effects import QUARANTINE, AcceptTip
from bot.store.engine import Database
from bot.tips.sealing import seal_for_desk

DAYS = ("2026-11-18", "2027-02-16")


def tip(ring: KeyRing, number: int, missing: int) -> AcceptTip:
    case_id = f"{number:032x}"
    sealed = seal_for_desk(ring, "palu", case_id, 0, "tip", {"text": "x"})
    plain = AcceptTip(case_id, f"K{number}", "palu", ring.month(), sealed, *DAYS, due=0)
    return replace(plain, lane=QUARANTINE, missing=missing)


async def test_pages_of_a_quarantine(database: Database, ring: KeyRing) -> None:
    async with database.begin() as connection:
        for number, missing in enumerate((2, 0, 1, 0, 4)):
            await cases.apply(connection, tip(ring, number, missing))
    first = await desk_reads.quarantined(database, "palu", OPEN, 0, 3)
    assert (first.count, first.complete, first.start) == (5, 2, 0)
    assert [case.code for case, _ in first.page] == ["K1", "K3", "K2"]
    last = await desk_reads.quarantined(database, "palu", OPEN, 3, 3)
    assert [case.code for case, _ in last.page] == ["K0", "K4"]
    assert (await desk_reads.quarantined(database, "palu", OPEN, 30, 3)).start == 0
    assert (await desk_reads.quarantined(database, "poso", OPEN, 0, 3)).count == 0

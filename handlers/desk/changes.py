"""What an action of the table writes: the change of the case, and the desk's numbers."""

from dataclasses import replace
from datetime import date

from bot.desks.actions import expiry_after, status_after
from bot.desks.casebook import CaseRow
from bot.store.effects import EXERCISE, MAIN, QUARANTINE, TIP, ChangeCase, CountAtDesk
from handlers.desk.here import Here
from handlers.ports import Ports

_LANES = {"quarantine": QUARANTINE, "restore": MAIN}
_TAKEN_UP = ("claim", "ask", "examine", "forward", "finding")
_BLOCKED = {"block": True, "unblock": False}


def changed(name: str, case: CaseRow, here: Here, ports: Ports) -> ChangeCase:
    """The change that an action of the table makes."""
    today = ports.clock.today()
    return ChangeCase(
        case.id,
        case.version,
        case.desk,
        here.moderator,
        name,
        str(today),
        status=status_after(name, case),
        claimed_by=here.moderator if name == "claim" else None,
        expires=expiry_after(name, case, today),
        released=name == "release",
        lane=_lane(name, case),
        blocked=_BLOCKED.get(name),
        merged_into="" if name == "reopen" and case.merged_into else None,
    )


def _lane(name: str, case: CaseRow) -> str | None:
    """Whoever takes up a case from quarantine takes it out, so that additions are shown again."""
    if case.lane == QUARANTINE and name in _TAKEN_UP:
        return MAIN
    return _LANES.get(name)


def after(case: CaseRow, change: ChangeCase) -> CaseRow:
    """The case once the change is committed."""
    return replace(
        case,
        version=case.version + 1,
        status=change.status or case.status,
        moderator=None if change.released else change.claimed_by or case.moderator,
        expires=change.expires or case.expires,
        lane=change.lane or case.lane,
        blocked=case.blocked if change.blocked is None else int(change.blocked),
        merged_into=case.merged_into if change.merged_into is None else change.merged_into,
    )


def counted(case: CaseRow, change: ChangeCase, ports: Ports) -> tuple[CountAtDesk, ...]:
    """The desk's numbers: the new status, and the days until somebody first did something."""
    if case.lane == EXERCISE or case.kind != TIP or change.status in (None, case.status):
        return ()
    week = ports.ring.week()
    found = [CountAtDesk(case.desk, week, "status", str(change.status))]
    if case.status == "baru" and case.delivered:
        days = (ports.clock.today() - date.fromisoformat(case.delivered)).days
        found.append(CountAtDesk(case.desk, week, "first-action", str(days)))
    return tuple(found)

"""What may be done to a case in which state: one table, whoever presses what.

Statuses are those that the tipster reads about (``follow_up.status``). Everything that is not in
the table is refused; a case therefore is always in exactly one status of `STATUSES`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.limits import BODY_DAYS_AFTER_CLOSING, BODY_DAYS_AT_MOST
from bot.store.cases import WITHDRAWN, CaseRow
from bot.store.effects import MAIN, QUARANTINE, QUESTION, TIP

OPEN = ("baru", "diperiksa", "perlu-info", "dijawab", "diteruskan", "temuan")
ENDED = ("tidak-dapat", "ganda", "tutup")
STATUSES = (*OPEN, *ENDED, WITHDRAWN)
NOT_WITHDRAWN = (*OPEN, *ENDED)


@dataclass(frozen=True, slots=True)
class Action:
    """``before``: the statuses in which it is allowed; ``after``: the status it leads to, None
    where the status stays; ``needs``: what else must hold, and ``why`` it is refused otherwise
    (``desk.refused`` in the wording)."""

    name: str
    before: tuple[str, ...]
    after: str | None = None
    needs: Callable[[CaseRow], bool] = lambda _case: True
    why: str = "over"


def _is_tip(case: CaseRow) -> bool:
    return case.kind == TIP


def _asked_back(case: CaseRow) -> bool:
    return case.thread_key is not None and case.kind == TIP


_TABLE = (
    Action("claim", OPEN, None, lambda case: case.moderator is None, "taken"),
    Action("release", OPEN, None, lambda case: case.moderator is not None, "unclaimed"),
    Action("ask", OPEN, "perlu-info", _asked_back, "no_receipt"),
    Action("invite", OPEN, None, _asked_back, "no_receipt"),
    Action(
        "answer",
        OPEN,
        "dijawab",
        lambda case: case.thread_key is not None and case.kind == QUESTION,
        "no_receipt",
    ),
    Action("note", NOT_WITHDRAWN),
    Action("examine", OPEN, "diperiksa", lambda case: case.status != "diperiksa", "same"),
    Action("forward", OPEN, "diteruskan", _is_tip, "question"),
    Action("finding", OPEN, "temuan", _is_tip, "question"),
    Action("uncheckable", OPEN, "tidak-dapat", _is_tip, "question"),
    Action("close", OPEN, "tutup"),
    Action("reopen", ENDED, "diperiksa", why="not_over"),
    Action("quarantine", OPEN, None, lambda case: case.lane == MAIN, "same"),
    Action("restore", OPEN, None, lambda case: case.lane == QUARANTINE, "same"),
    Action("block", NOT_WITHDRAWN, None, lambda case: not case.blocked, "same"),
    Action("unblock", NOT_WITHDRAWN, None, lambda case: bool(case.blocked), "same"),
    Action("merge", OPEN, "ganda", _is_tip, "question"),
    Action("gather", (*OPEN, "tidak-dapat", "tutup"), None, _is_tip, "merged"),
    Action("move", OPEN, "baru", _is_tip, "question"),
)
ACTIONS = {action.name: action for action in _TABLE}
BY_STATUS = {
    "diperiksa": "examine",
    "diteruskan": "forward",
    "temuan": "finding",
    "tidak-dapat": "uncheckable",
    "tutup": "close",
}
"""Which action sets a status; the others are reached by what they mean (asking, merging …)."""


def refusal(name: str, case: CaseRow) -> str | None:
    """Why an action is not possible now, None when it is."""
    action = ACTIONS[name]
    if case.status in action.before:
        return None if action.needs(case) else action.why
    if name in ("reopen", "gather") and case.status != WITHDRAWN:
        return action.why
    return "over"


def allowed(case: CaseRow) -> frozenset[str]:
    """Every action that is possible now."""
    return frozenset(name for name in ACTIONS if refusal(name, case) is None)


def status_after(name: str, case: CaseRow) -> str | None:
    """The status to write, None where it stays. Claiming is the first look at a new case."""
    if name == "claim":
        return "diperiksa" if case.status == "baru" else None
    return ACTIONS[name].after


def expiry_after(name: str, case: CaseRow, today: date) -> str | None:
    """Ending a case shortens its life; opening it again gives the whole life back."""
    if name == "reopen":
        return str(date.fromisoformat(case.opened) + timedelta(days=BODY_DAYS_AT_MOST))
    if ACTIONS[name].after in ENDED:
        return min(case.expires, str(today + timedelta(days=BODY_DAYS_AFTER_CLOSING)))
    return None

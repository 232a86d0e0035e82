"""Whatever several moderators do in whatever order, each case is in exactly one legal state, and
the audit tells its whole way there."""

import asyncio
from collections.abc import Iterable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.app import App
from bot.desks.actions import ACTIONS, STATUSES
from bot.store.schema import audit
from tests.desks.talk import Moderator, Tip, now, tip

COMMANDS = (
    "/ambil {a}",
    "/lepas {a}",
    "/tanya {a} Di desa mana?",
    "/catatan {a} dicek",
    "/status {a} diteruskan",
    "/status {a} dijadikan temuan",
    "/status {a} tidak dapat diperiksa",
    "/tutup {a}",
    "/bukalagi {a}",
    "/saring {a}",
    "/pulihkan {a}",
    "/blokir {a}",
    "/bukablokir {a}",
    "/gabung {a} {b}",
    "/gabung {b} {a}",
    "/gabung {b} {c}",
    "/gabung {c} {a}",
    "/alihkan {a} sulteng",
)
_PEOPLE = ("sari", "budi", "ratna")
AT_ONCE = st.lists(
    st.tuples(st.sampled_from(_PEOPLE), st.sampled_from(COMMANDS)),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one[0],
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plan=st.lists(AT_ONCE, min_size=1, max_size=5))
async def test_each_case_is_in_one_legal_state(app: App, plan: list[list[tuple[str, str]]]) -> None:
    tips = [await tip(app) for _ in range(3)]
    codes = dict(zip("abc", (one.code for one in tips), strict=True))
    people = {name: Moderator(app, name) for name in _PEOPLE}
    for at_once in plan:
        await asyncio.gather(
            *(people[name].says(command.format(**codes)) for name, command in at_once)
        )
    for one in tips:
        await _is_sound(app, one)


async def _is_sound(app: App, one: Tip) -> None:
    case = await now(app, one)
    assert case.status in STATUSES
    assert bool(case.merged_into) == (case.status == "ganda")
    leading = await app.ports.casebook.leading(case)
    assert (leading is None) == (case.status != "ganda")
    assert leading is None or leading.status != "ganda"  # no circle of merges
    done = await _audited(app, one)
    assert [version for _, version in done] == list(range(2, case.version + 1))
    assert _status_after(action for action, _ in done) == case.status


async def _audited(app: App, one: Tip) -> list[tuple[str, int]]:
    query = select(audit.c.action, audit.c.version).where(audit.c.case_id == one.id)
    async with app.database.read() as connection:
        rows = (await connection.execute(query.order_by(audit.c.version))).all()
    return [(row.action, row.version) for row in rows]


def _status_after(actions: Iterable[str]) -> str:
    """The audit played again over the table of actions."""
    status = "baru"
    for name in actions:
        assert status in ACTIONS[name].before, (name, status)
        if name == "claim":
            status = "diperiksa" if status == "baru" else status
        else:
            status = ACTIONS[name].after or status
    return status

"""A flood at one desk, through the fake Bot API with the platform's limits, on a set clock.

``python -m pytest tests/desks/test_flood.py -m slow -s`` prints the figures of the great one.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App, open_app
from bot.clock import SetClock
from bot.content import Content
from bot.limits import FLOOD_COMPLETE
from bot.store import desk_reads, outbox
from bot.store.effects import QUARANTINE
from tests.conftest import settings_at
from tests.desks.flood import Flood, Watcher, desks_file, most_in_a_minute, pour, too_fast
from tests.fakes.bot_api import TOKEN, BotApi
from tests.fakes.bot_api_people import Group


@pytest.fixture
async def api(clock: SetClock) -> AsyncIterator[BotApi]:
    async with BotApi(clock=clock) as running:
        running.world.flood = True
        yield running


@pytest.fixture
def group(api: BotApi) -> Group:
    return api.group("Meja Palu", privacy=True)


@pytest.fixture
async def service(
    api: BotApi,
    group: Group,
    tmp_path: Path,
    sqlite_template: Path,
    clock: SetClock,
    content: Content,
) -> AsyncIterator[App]:
    settings = settings_at(
        tmp_path,
        sqlite_template,
        telegram_bot_token=TOKEN,
        telegram_api_base=api.base,
        desks_file=desks_file(tmp_path, group),
        operator_mode="independent",
    )
    async with open_app(settings, clock, content=content) as app:
        yield app


async def lives_through(
    app: App, api: BotApi, group: Group, clock: SetClock, tips: int, copies: int, seconds: int
) -> None:
    flood = await pour(app, "palu", tips, copies, seconds)
    watcher, end = Watcher(group, clock), clock.now() + 3 * seconds + 600
    while clock.now() < end:
        while await app.worker.step():
            watcher.look()
        watcher.look()
        if not await outbox.waiting(app.database) and clock.now() > max(flood.due.values()) + 120:
            break
        clock.seconds += 1
    await _holds(app, api, group, flood, watcher)


async def _holds(app: App, api: BotApi, group: Group, flood: Flood, watcher: Watcher) -> None:
    sealed = await desk_reads.newest(app.database, "palu", 100_000)
    cases = {case.code: case for case, _ in sealed}
    aside = {code for code, case in cases.items() if case.lane == QUARANTINE}
    merged = {code for code, case in cases.items() if case.status == "ganda"}
    shown = set(watcher.seen)
    delays = sorted(watcher.seen[code] - flood.due[code] for code in shown)
    messages = len(group.chat.bubbles)
    print(  # noqa: T201
        f"\n{len(flood.due)} tips ({len(flood.copies)} copies): {len(shown)} shown, "
        f"{len(merged)} joined their first ({len(merged - flood.copies)} wrongly), "
        f"{len(aside)} in quarantine\n{messages} messages, {len(api.called('editMessageText'))} "
        f"edits, at most {most_in_a_minute(group)} in a minute, {too_fast(api, messages)} refused "
        f"as too fast\nvisible after p50 {delays[len(delays) // 2]:.0f} s, "
        f"p95 {delays[len(delays) * 95 // 100]:.0f} s, at most {delays[-1]:.0f} s"
    )
    assert shown | aside | merged == set(flood.due)  # none is lost
    assert not await outbox.waiting(app.database)
    assert all(case.delivered for case in cases.values())
    assert most_in_a_minute(group) <= 20
    assert merged <= flood.copies  # nothing distinct is taken for a copy
    assert len(merged) > 0.6 * len(flood.copies)  # copies join the first, mistyped as they are
    assert len(shown) <= FLOOD_COMPLETE + len(flood.due) // 100
    assert delays[-1] < 120
    if aside:
        [board] = [bubble.text for bubble in group.sees() if "Karantina" in bubble.text[:12]]
        assert f"{len(aside)} informasi" in board
    firsts = {cases[code].merged_into for code in merged}
    assert all(case.code in shown for case in cases.values() if case.id in firsts)


@pytest.mark.slow
async def test_two_hundred_in_three_minutes(
    service: App, api: BotApi, group: Group, clock: SetClock
) -> None:
    await lives_through(service, api, group, clock, 200, 40, 150)


@pytest.mark.slow
@pytest.mark.timeout(1_800)
async def test_five_thousand_in_an_hour(
    service: App, api: BotApi, group: Group, clock: SetClock
) -> None:
    await lives_through(service, api, group, clock, 5_000, 500, 3_600)

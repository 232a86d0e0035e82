"""Whatever order kills, busy platforms, lost answers and claims come in, each delivery arrives
once, or is repeated where everybody sees it: under its code."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.delivery_errors import Busy, DeliveryError, Unreachable, Unsure
from bot.chat.messages import Outgoing
from bot.clock import SetClock
from bot.keys.ring import open_ring
from bot.limits import DIGEST_AFTER, LEASE
from bot.store.cases import CaseRow
from bot.store.effects import ChangeCase
from bot.store.engine import open_database
from tests.delivery.desk_world import PALU, SULTENG, Platform, World

FILE = {"object": "satu", "key": "", "suffix": ".jpg"}


class Killed(BaseException):
    """kill -9: nothing after it happens."""


class Unkind(Platform):
    """``next_`` says what becomes of the next message."""

    next_ = ""
    repeats = 0

    async def send(self, chat: str, message: Outgoing, /) -> str:
        fate, self.next_ = self.next_, ""
        before: dict[str, BaseException] = {
            "busy": Busy(9),
            "away": Unreachable(),
            "killed before": Killed(),
        }
        if fate in before:
            raise before[fate]
        sent = await super().send(chat, message)
        after: dict[str, DeliveryError | Killed] = {
            "answer lost": Unsure(),
            "killed after": Killed(),
        }
        if fate in after:
            self.repeats += 1
            raise after[fate]
        return sent


EVENTS = st.lists(
    st.sampled_from(
        """tip|tip|tip with file|many|work|work|claim|killed before|killed after|answer lost|busy
        |away|restart""".replace("\n        ", "").split("|")
    ),
    min_size=3,
    max_size=14,
)


@settings(max_examples=5, deadline=None)
@given(events=EVENTS)
async def test_each_delivery_arrives_once_or_is_seen_to_be_repeated(
    sqlite_template: Path, events: list[str]
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tanya.db"
        shutil.copy(sqlite_template, path)
        database, clock = open_database(f"sqlite+aiosqlite:///{path}"), SetClock()
        world = World(database, open_ring(str(Path(folder) / "keys"), clock), clock, PALU, SULTENG)
        world.platform = platform = Unkind()
        world.new_worker()
        lot: list[CaseRow] = []
        for event in events:
            await _happens(world, platform, lot, event)
        platform.next_ = ""
        world.clock.seconds += LEASE
        await world.settles()
        assert await world.waiting() == 0
        _once_or_repeated(platform, lot)
        for case in lot:
            assert (await world.case(case.id)).delivered
        await database.close()


async def _happens(world: World, platform: Unkind, lot: list[CaseRow], event: str) -> None:
    if event.startswith("tip"):
        lot.append(await world.tip(files=[FILE] if event == "tip with file" else []))
    elif event == "many":
        lot += [await world.tip() for _ in range(DIGEST_AFTER + 2)]
    elif event == "claim" and lot:
        await _claim(world, lot[0])
    elif event == "restart":
        world.new_worker()
    elif event == "work":
        await _work(world)
    else:
        platform.next_ = event


async def _work(world: World) -> None:
    try:
        await world.works(4)
    except Killed:
        world.clock.seconds += LEASE
        world.new_worker()


async def _claim(world: World, first: CaseRow) -> None:
    case = await world.case(first.id)
    if case.moderator is None:
        day = str(world.clock.today())
        claim = ChangeCase(case.id, case.version, "palu", "9", "claim", day, "diperiksa", "9")
        await world.apply(claim)


def _once_or_repeated(platform: Unkind, lot: list[CaseRow]) -> None:
    texts = platform.texts()
    assert all("K0" in text or text.startswith("digest") for text in texts)
    files = sum("digest.file " in text for text in texts)
    shown = [sum(f"{c.code} kartu" in t or f"{c.code} isi" in t for t in texts) for c in lot]
    assert all(times >= 1 for times in shown)
    repeated = sum(times > 1 for times in shown)
    digests = sum(text.startswith("digest.title") for text in texts)
    assert repeated <= platform.repeats * (10 if digests else 1)
    assert files <= len(lot) + platform.repeats

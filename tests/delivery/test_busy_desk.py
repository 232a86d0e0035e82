"""A desk is never buried: digests, copies, quarantine, quiet hours, the morning summary."""

from datetime import datetime, timedelta

import pytest

from bot.chat.delivery_errors import Refused
from bot.chat.messages import Outgoing
from bot.clock import SetClock
from bot.delivery import admission, worker
from bot.keys.ring import KeyRing
from bot.limits import BODY_DAYS_AFTER_CLOSING, BODY_DAYS_AT_MOST, DIGEST_AFTER, ZONE
from bot.store.effects import ChangeCase, WithdrawTip
from bot.store.engine import Database
from tests.delivery.desk_world import PALU, POSTGRESQL_APART, World

FLOOD_SHOWN, FLOOD_COMPLETE = 30, 60  # smaller floods are faster
STORY = (
    "Kemarin sore camat mengumpulkan kepala desa di aula dan menyuruh mereka memilih pasangan "
    "nomor urut 2, katanya dana desa akan lancar. Ada daftar hadir."
)
COPIES = (
    "tolong dicek min. " + STORY.casefold(),
    STORY.replace("menyuruh", "nyuruh"),
    STORY.replace(",", "").replace(".", "!!"),
)


@pytest.fixture(autouse=True)
def _small_floods(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "FLOOD_SHOWN", FLOOD_SHOWN)
    monkeypatch.setattr(admission, "FLOOD_COMPLETE", FLOOD_COMPLETE)


@pytest.fixture
def world(database: Database, ring: KeyRing, clock: SetClock) -> World:
    return World(database, ring, clock)


def at(world: World, hour: int, minute: int = 0, days: int = 0) -> None:
    """Put the clock at a time of (western Indonesian) day."""
    now = datetime.fromtimestamp(world.clock.seconds, ZONE)
    world.clock.seconds = now.replace(hour=hour, minute=minute, second=0).timestamp()
    world.clock.forward(days=days)


async def test_many_waiting_tips_come_as_headlines_with_buttons(world: World) -> None:
    lot = [await world.tip() for _ in range(DIGEST_AFTER + 10)]
    await world.works(1)
    [(_, message)] = world.platform.screen.values()
    assert [choice.label for choice in message.choices] == [case.code for case in lot[:10]]
    assert message.choices[0].data == f"case:open:{lot[0].id}:{lot[0].version}"
    await world.works(120)
    shown = "\n".join(world.platform.texts())
    times = [shown.count(f"{case.code} isi") + shown.count(f"{case.code} kartu") for case in lot]
    assert set(times) == {1}
    assert len(world.platform.screen) < len(lot) - 8
    assert all([(await world.case(case.id)).delivered for case in lot])


@POSTGRESQL_APART
async def test_no_minute_has_more_than_twenty_messages_however_slow_sending_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "DIGEST_AFTER", 1_000)
    sent: list[float] = []

    async def send(_chat: str, _message: Outgoing, /) -> str:
        world.clock.seconds += 0.3 if len(sent) % 7 else 15.9
        sent.append(world.clock.seconds)
        return str(len(sent))

    monkeypatch.setattr(world.platform, "send", send)
    for _ in range(28):
        await world.tip()
    await world.works(190)
    assert len(sent) == 28
    assert all(sent[number + 20] - sent[number] >= 60 for number in range(8))


async def test_copies_make_no_new_card_and_their_senders_count_once(world: World) -> None:
    first = await world.tip(STORY, b"a")
    senders = (b"b", b"b", None)
    copies = [await world.tip(text, tag) for text, tag in zip(COPIES, senders, strict=True)]
    other = await world.tip(STORY.replace("nomor urut 2", "nomor urut 3"), b"c")
    await world.works(40)
    assert len(world.platform.texts()) == 2
    assert other.code in world.platform.texts()[1]
    seen = world.similar.of(first.id)
    assert seen
    assert (seen.codes, len(seen.tags), seen.unknown) == ([c.code for c in copies], 2, 1)
    assert world.platform.edits == 1
    for copy in copies:
        case = await world.case(copy.id)
        assert (case.status, case.merged_into) == ("ganda", first.id)
        assert case.delivered
        assert case.expires == str(world.clock.today() + timedelta(days=BODY_DAYS_AFTER_CLOSING))


@POSTGRESQL_APART
async def test_a_copy_that_brings_a_file_is_shown(world: World) -> None:
    await world.tip(STORY)
    await world.tip(STORY, files=[{"object": "satu", "key": "", "suffix": ".jpg"}])
    await world.works(40)
    assert len(world.platform.texts()) == 3


@POSTGRESQL_APART
async def test_the_same_words_of_another_place_or_day_are_no_copy(world: World) -> None:
    for place, event in (("72.71", "2026-11-01"), ("72.72", "2026-11-01"), ("72.71", "2026-11-02")):
        await world.tip(STORY, place=place, event=event)
    await world.works(40)
    assert len(world.platform.texts()) == 3


async def test_without_its_first_a_copy_gets_a_card(world: World) -> None:
    first, second, third = [await world.tip(text) for text in (STORY, *COPIES[:2])]
    await world.works(5)
    await world.apply(WithdrawTip(first.id, handed=True))
    await world.works(20)
    assert [text.split()[:2] for text in world.platform.texts()][-2:] == [
        [first.code, "ditarik"],
        [second.code, "kartu"],
    ]
    freed = await world.case(second.id)
    assert freed.status == "baru"
    assert freed.expires == str(world.clock.today() + timedelta(days=BODY_DAYS_AT_MOST))
    assert (await world.case(third.id)).merged_into == second.id


@POSTGRESQL_APART
async def test_a_copy_of_what_never_reached_the_desk_is_shown(world: World) -> None:
    await world.tip(STORY)
    world.platform.errors.append(Refused("no"))
    await world.works(5)
    copy = await world.tip(COPIES[0])
    await world.works(5)
    assert [text.split()[0] for text in world.platform.texts()] == [copy.code]


async def test_a_case_that_is_over_takes_no_copies(world: World) -> None:
    first = await world.tip(STORY)
    await world.works(5)
    case = await world.case(first.id)
    await world.apply(
        ChangeCase(case.id, case.version, "palu", "9", "close", "2026-11-18", "tutup")
    )
    for text in COPIES:
        await world.tip(text)
    await world.works(20)
    assert len(world.platform.texts()) == 2


async def flood(world: World, count: int, *, complete: bool = False) -> None:
    for _ in range(count):
        await world.tip(complete=complete)
    await world.works(200)


@POSTGRESQL_APART
async def test_after_a_flood_the_desk_is_offered_what_was_put_aside_once(world: World) -> None:
    await flood(world, FLOOD_SHOWN + 3)
    assert "digest.calm count=3" not in world.platform.texts()
    for _ in range(3):
        world.clock.forward(hours=1)
        await world.works(5)
    assert world.platform.texts().count("digest.calm count=3") == 1
    offer = list(world.platform.screen.values())[-1][1]
    assert [choice.data for choice in offer.choices] == ["saring"]


@POSTGRESQL_APART
async def test_the_count_follows_what_moderators_take_out(world: World) -> None:
    await flood(world, FLOOD_SHOWN + 2)
    last = await world.case(f"{FLOOD_SHOWN + 2:032x}")
    await world.apply(
        ChangeCase(last.id, last.version, "palu", "9", "claim", "2026-11-18", lane="main")
    )
    await world.works(200)
    assert "digest.quarantine count=1" in world.platform.texts()


@POSTGRESQL_APART
async def test_a_flood_goes_to_quarantine_with_its_count_in_sight(world: World) -> None:
    await flood(world, FLOOD_SHOWN + 30)
    boards = [text for text in world.platform.texts() if text.startswith("digest.quarantine")]
    assert boards == ["digest.quarantine count=30"]
    await flood(world, 5)
    boards = [text for text in world.platform.texts() if text.startswith("digest.quarantine")]
    assert boards == ["digest.quarantine count=35"]  # the same message, edited
    await flood(world, 5, complete=True)
    assert len(world.platform.texts()[-1].split()) > 3  # complete ones are shown
    assert await world.waiting() == 0
    world.clock.forward(hours=1)
    case = await world.tip()
    await world.works(10)
    assert case.code in world.platform.texts()[-1]  # the flood is over


@POSTGRESQL_APART
async def test_even_complete_tips_have_a_limit(world: World) -> None:
    await flood(world, FLOOD_COMPLETE + 10, complete=True)
    assert "digest.quarantine count=10" in world.platform.texts()


async def test_additions_to_what_is_in_quarantine_wait_there(world: World) -> None:
    case = await world.tip(lane="saring")
    await world.works(5)
    await world.adds(case, "tambahan")
    await world.works(5)
    assert world.platform.texts() == ["digest.quarantine count=1"]
    assert await world.waiting() == 0


@POSTGRESQL_APART
@pytest.mark.parametrize(
    ("hour", "alert", "silent"), [(23, "", True), (5, "", True), (12, "", False), (23, "72", False)]
)
async def test_at_night_no_phone_rings_unless_on_alert(
    database: Database, ring: KeyRing, clock: SetClock, hour: int, alert: str, silent: bool
) -> None:
    desk = PALU.model_copy(update={"quiet": "21:00-06:00"})
    world = World(database, ring, clock, desk, alert=alert)
    at(world, hour)
    await world.tip()
    await world.works(2)
    assert [message.silent for _, message in world.platform.screen.values()] == [silent]


@POSTGRESQL_APART
async def test_the_morning_summary_comes_once_and_only_with_something_to_say(world: World) -> None:
    at(world, 12)
    case = await world.tip()
    await world.works(5)
    at(world, 7, 1, days=1)
    await world.works(400)
    [summary] = [text for text in world.platform.texts() if "morning" in text]
    assert "count.new count=1" in summary
    assert "count.unclaimed count=1" in summary
    at(world, 7, 1, days=5)
    await world.works(100)
    late = [m for _, m in world.platform.screen.values() if "morning" in str(m.text)][-1]
    assert "count.running_out count=1" in str(late.text)
    assert [choice.label for choice in late.choices] == [case.code]
    found = await world.case(case.id)
    await world.apply(
        ChangeCase(case.id, found.version, "palu", "9", "close", "2026-11-18", "tutup")
    )
    before = len(world.platform.texts())
    at(world, 7, 1, days=1)
    await world.works(400)
    assert len(world.platform.texts()) == before


@POSTGRESQL_APART
async def test_a_restart_is_said_once(world: World) -> None:
    at(world, 12)
    await world.tip()
    await world.works(5)
    world.new_worker()
    await world.tip()
    await world.works(5)
    at(world, 7, 1, days=1)
    await world.works(400)
    at(world, 7, 1, days=1)
    await world.works(400)
    assert ["forgot" in text for text in world.platform.texts() if "morning" in text] == [
        True,
        False,
    ]

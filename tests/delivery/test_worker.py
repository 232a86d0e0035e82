"""Deliveries: their steps, what goes wrong, reminders, and desks that are no more."""

import pytest

from bot.chat.delivery_errors import Busy, Gone, Moved, Refused, Unreachable, Unsure
from bot.clock import SetClock
from bot.keys.ring import KeyRing
from bot.store import cases, desk_reads, outbox
from bot.store.effects import ChangeCase, ShowEvidence, WithdrawTip
from bot.store.engine import Database
from bot.store.schema import desk_counts, desk_messages
from bot.store.schema import outbox as outbox_table
from tests.delivery.desk_world import PALU, POSTGRESQL_APART, SULTENG, World

FILES = [{"object": "satu", "key": "", "suffix": ".jpg", "taken": "2026-11-05"}]
FILES += [{"object": "dua", "key": "", "suffix": ".pdf"}]


@pytest.fixture
def world(database: Database, ring: KeyRing, clock: SetClock) -> World:
    return World(database, ring, clock)


async def rows(world: World, table: object) -> list[dict[str, object]]:
    async with world.database.read() as connection:
        found = await connection.execute(table.select())  # type: ignore[attr-defined]
        return [dict(row._mapping) for row in found]


async def test_a_card_and_its_files_come_one_in_a_turn_each_with_the_code(world: World) -> None:
    case = await world.tip(files=FILES)
    await world.works(0.5)
    assert world.platform.texts() == [f"{case.code} kartu isi K00001 7919"]
    assert (await world.case(case.id)).delivered is None
    await world.works(12)
    texts = world.platform.texts()[1:]
    assert all(case.code in text for text in texts)
    assert "5 November 2026" in texts[0]
    assert "taken" not in texts[1]
    shown = [message for _, message in world.platform.screen.values()][1:]
    assert [file.name for message in shown for file in message.files] == [
        "berkas-1.jpg",
        "berkas-2.pdf",
    ]
    assert all(message.protected for message in shown)
    assert (await world.case(case.id)).delivered
    assert [row["step"] for row in await rows(world, desk_messages)] == ["card", "file-1", "file-2"]


@POSTGRESQL_APART
async def test_a_forum_has_a_topic_for_each_case(
    database: Database, ring: KeyRing, clock: SetClock
) -> None:
    forum = PALU.model_copy(update={"topics": True})
    world = World(database, ring, clock, forum)
    case = await world.tip(files=FILES[:1])
    await world.works(12)
    await world.adds(case, "nomor pelatnya ada")
    await world.works(5)
    assert world.platform.topics == [case.code]
    assert len(world.platform.texts("g1/1")) == 3
    assert await desk_reads.put_up(world.database, case.id, "palu", "topic") == ["g1/1"]


@POSTGRESQL_APART
async def test_a_desk_that_lets_us_open_no_topic_gets_its_cards(
    database: Database, ring: KeyRing, clock: SetClock
) -> None:
    world = World(database, ring, clock, PALU.model_copy(update={"topics": True}))
    world.platform.errors.append(Refused("not enough rights"))
    await world.tip()
    await world.works(6)
    assert len(world.platform.texts("g1")) == 1
    assert await world.waiting() == 0


@POSTGRESQL_APART
async def test_a_sealed_desks_chat_shows_no_file(
    database: Database, ring: KeyRing, clock: SetClock
) -> None:
    world = World(database, ring, clock, PALU.model_copy(update={"mode": "sealed"}))
    case = await world.tip(files=FILES)
    await world.works(12)
    await world.apply(ShowEvidence(case.id, "palu", 0))
    await world.works(12)
    assert len(world.platform.screen) == 1


async def test_files_that_a_list_did_not_bring_come_when_the_card_is_opened(world: World) -> None:
    lot = [await world.tip(files=FILES[:1]) for _ in range(25)]
    await world.works(2)
    assert len(world.platform.screen) == 1
    await world.apply(ShowEvidence(lot[0].id, "palu", 0))
    await world.works(60)
    of_first = [text for text in world.platform.texts() if lot[0].code in text]
    assert len(of_first) == 2
    await world.apply(ShowEvidence(lot[0].id, "palu", 0))
    await world.works(60)
    assert [text for text in world.platform.texts() if lot[0].code in text] == of_first


@POSTGRESQL_APART
@pytest.mark.parametrize(
    "error", [Busy(7), Unreachable(), Unsure(), Moved("g9"), OSError(), RuntimeError()]
)
async def test_what_goes_wrong_once_is_done_again(world: World, error: Exception) -> None:
    world.platform.errors.append(error)  # type: ignore[arg-type]
    case = await world.tip()
    await world.works(30)
    assert len(world.platform.screen) == 1
    assert (await world.case(case.id)).delivered
    chats = [chat for chat, _ in world.platform.screen.values()]
    assert chats == ["g9" if isinstance(error, Moved) else "g1"]


@POSTGRESQL_APART
async def test_what_is_never_taken_is_kept_for_the_operator(world: World) -> None:
    world.platform.errors.append(Refused("no"))
    await world.tip()
    await world.works(30)
    assert len(await outbox.dead(world.database)) == 1


async def test_a_desk_that_is_gone_hands_its_cases_upward(
    database: Database, ring: KeyRing, clock: SetClock
) -> None:
    world = World(database, ring, clock, PALU, SULTENG)
    await world.attend("palu", "sulteng")
    case = await world.tip()
    world.platform.errors.append(Gone())
    await world.works(10)
    assert len(world.platform.texts("g2")) == 1
    assert (await world.case(case.id)).desk == "sulteng"
    assert await outbox.dead(world.database) == []


async def test_a_withdrawal_follows_the_card_and_erases_the_texts(world: World) -> None:
    case = await world.tip(files=FILES)
    await world.works(0.5)
    await world.apply(WithdrawTip(case.id, handed=True))
    await world.works(30)
    assert [text.split()[1] for text in world.platform.texts()] == ["kartu", "ditarik"]
    assert await cases.messages_of(world.database, case.id) == []
    assert (await world.case(case.id)).expires < case.expires
    assert await world.waiting() == 0


@POSTGRESQL_APART
async def test_what_a_backup_brought_back_is_delivered_again_without_its_key_for_delivery(
    world: World,
) -> None:
    case = await world.tip()
    month = world.ring.month()
    world.clock.forward(days=35)
    world.ring.destroy_months({f"desk-palu-{month}"})
    await world.works(5)
    assert [text.split()[0] for text in world.platform.texts()] == [case.code]


@POSTGRESQL_APART
async def test_what_arrives_is_counted_by_category_and_week_but_no_exercise(world: World) -> None:
    await world.tip(category=3)
    await world.tip(category=3)
    await world.tip(category=3, lane="uji")
    await world.works(30)
    [row] = await rows(world, desk_counts)
    assert (row["name"], row["value"], row["count"]) == ("category", "3", 2)


# Reminders


async def reminders(world: World) -> list[tuple[int, str, int]]:
    found = await rows(world, outbox_table)
    return sorted((row["sequence"], row["desk"], row["due"]) for row in found)  # type: ignore[misc]


def claimed(case: cases.CaseRow) -> ChangeCase:
    return ChangeCase(
        case.id, case.version, case.desk, "9", "claim", "2026-11-18", "diperiksa", "9"
    )


@pytest.fixture
async def two(database: Database, ring: KeyRing, clock: SetClock) -> World:
    world = World(database, ring, clock, PALU, SULTENG)
    await world.attend("palu", "sulteng")
    return world


async def test_nobody_looked_for_a_day_then_for_two(two: World) -> None:
    [first, second] = [await two.tip(), await two.tip()]
    await two.works(10)
    before = await reminders(two)
    assert {(sequence, desk) for sequence, desk, _ in before} == {(-2, "palu"), (-3, "sulteng")}
    assert all(due % 3600 == 0 for _, _, due in before)
    two.clock.forward(hours=25)
    await two.works(5)
    ping = two.platform.texts()[-1]
    assert ping == "digest.unclaimed count=2"
    assert len(two.platform.texts()) == 3
    await two.apply(claimed(await two.case(first.id)))
    two.clock.forward(hours=24)
    await two.works(5)
    assert two.platform.texts("g2") == [
        "digest.unclaimed_above\n\ndigest.unclaimed_at desk=Meja Palu count=1"
    ]
    assert await reminders(two) == []
    assert second.code not in two.platform.texts("g2")[0]


@POSTGRESQL_APART
async def test_reminders_go_with_the_first_claim(two: World) -> None:
    case = await two.tip()
    await two.works(5)
    await two.apply(claimed(await two.case(case.id)))
    assert await reminders(two) == []


@POSTGRESQL_APART
async def test_what_comes_later_belongs_under_the_card(world: World) -> None:
    case = await world.tip(files=FILES[:1])
    await world.works(10)
    await world.adds(case, "satu lagi")
    await world.works(10)
    assert [m.replies_to for _, m in world.platform.screen.values()] == [None, "1", "1"]
    steps = [row["step"] for row in await rows(world, desk_messages)]
    assert steps == ["card", "file-1", "later-card"]


@POSTGRESQL_APART
async def test_an_exercise_is_not_reminded_of(two: World) -> None:
    await two.tip(lane="uji")
    await two.works(5)
    assert await reminders(two) == []

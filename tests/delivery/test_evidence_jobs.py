"""Evidence jobs: every file ends as a copy or with a reason, and the original is kept nowhere."""

import asyncio
from pathlib import Path

import pytest

from bot.chat.delivery_errors import Busy, Gone, Unreachable
from bot.chat.draft_files import FILE_FIELDS
from bot.chat.files import FileGone, FileTooBig
from bot.chat.messages import Address, Attachment
from bot.clock import SetClock
from bot.delivery.evidence_sweep import check_owner
from bot.delivery.retention import sweep
from bot.errors import OperatorError
from bot.keys.ring import KeyRing
from bot.limits import EVIDENCE_IN_MAX, EVIDENCE_LEASE, EVIDENCE_TRIES
from bot.store import conversations, evidence
from bot.store.effects import DropEvidence
from bot.store.engine import Database
from bot.tips.evidence.storage import EvidenceMissing, EvidenceStore
from tests.delivery.evidence_world import BUDI, NEW, World

MARK = b"TANDA-asli-yang-tidak-boleh-ada"


@pytest.fixture
def world(database: Database, ring: KeyRing, clock: SetClock, tmp_path: Path) -> World:
    return World(database, ring, clock, EvidenceStore(str(tmp_path / "evidence"), clock))


async def test_a_file_becomes_a_sealed_copy(world: World) -> None:
    await world.sent("a")
    assert (await world.file("a")).state == "waiting"
    await world.works()
    made = await world.file("a")
    assert made.state == "ready"
    assert set(made.file) == set(FILE_FIELDS)
    assert made.file["taken"] == "2026-11-05"
    assert await world.store.read(made.file["object"], bytes.fromhex(made.file["key"])) == NEW


async def test_the_job_is_gone_once_the_copy_is_made(world: World) -> None:
    await world.sent("a")
    await world.works()
    [row] = (await evidence.of_ids(world.database, ["a"])).values()
    assert row.job is None
    assert world.platform.asked == 1


async def test_a_refused_file_keeps_its_reason_and_no_object(world: World) -> None:
    await world.sent("a", b"rusak")
    await world.works()
    refused = await world.file("a")
    assert (refused.state, refused.reason) == ("refused", "refused.unreadable")
    assert await world.store.names(0) == []


async def test_a_file_that_was_too_slow_on_a_busy_machine_gets_a_second_try(world: World) -> None:
    await world.sent("a", b"lambat")
    await world.works()
    assert (await world.file("a")).state == "waiting"
    assert world.phone.screen == {}
    world.platform.files["a"] = b"asli"
    world.clock.seconds += 60
    await world.works()
    assert (await world.file("a")).state == "ready"


async def test_an_outage_before_it_takes_no_second_try_from_a_slow_file(world: World) -> None:
    def away() -> None:
        if world.platform.asked < 4:
            raise Unreachable

    world.platform.before = away
    await world.sent("a", b"lambat")
    for _ in range(4):
        await world.works()
        world.clock.seconds += 60
    world.platform.files["a"] = b"asli"
    await world.works()
    assert (await world.file("a")).state == "ready"


async def test_a_file_that_is_too_slow_twice_is_refused(world: World) -> None:
    await world.sent("a", b"lambat")
    for _ in range(4):
        await world.works()
        world.clock.seconds += 60
    assert (await world.file("a")).reason == "refused.too_heavy"
    assert world.platform.asked == 2


@pytest.mark.parametrize(
    ("error", "reason"),
    [(FileTooBig(), "fetch.too_big"), (FileGone(), "fetch.gone"), (Gone(), "fetch.gone")],
)
async def test_what_the_platform_does_not_hand_over_is_refused_at_once(
    world: World, error: Exception, reason: str
) -> None:
    def refuse() -> None:
        raise error

    world.platform.before = refuse
    await world.sent("a")
    await world.works()
    assert (await world.file("a")).reason == reason


async def test_an_outage_is_waited_out(world: World) -> None:
    def away() -> None:
        if world.platform.asked < 4:
            raise Unreachable

    world.platform.before = away
    await world.sent("a")
    for _ in range(6):
        await world.works()
        world.clock.seconds += 60
    assert (await world.file("a")).state == "ready"
    assert world.platform.asked == 4


async def test_an_outage_without_end_is_told_kindly(world: World) -> None:
    def away() -> None:
        raise Unreachable

    world.platform.before = away
    await world.sent("a")
    for _ in range(EVIDENCE_TRIES + 2):
        await world.works()
        world.clock.seconds += 600
    assert (await world.file("a")).reason == "fetch.unreachable"
    assert world.platform.asked == EVIDENCE_TRIES


async def test_being_asked_to_wait_is_no_try(world: World) -> None:
    def busy() -> None:
        if world.platform.asked <= EVIDENCE_TRIES + 3:
            raise Busy(5)

    world.platform.before = busy
    await world.sent("a")
    for _ in range(EVIDENCE_TRIES + 5):
        await world.works()
        world.clock.seconds += 6
    assert (await world.file("a")).state == "ready"


async def test_one_bad_file_stops_no_other(world: World) -> None:
    def fails() -> None:
        if world.platform.asked == 1:
            raise RuntimeError("a fault of ours")

    world.platform.before = fails
    await world.sent("a")
    world.clock.seconds += 1
    await world.sent("b")
    await world.works()
    assert (await world.file("a")).state == "waiting"
    assert (await world.file("b")).state == "ready"


async def test_a_dead_workers_file_comes_back_after_its_lease(world: World) -> None:
    await world.sent("a")
    now = int(world.clock.now())
    assert await evidence.claim(world.database, now, EVIDENCE_LEASE)
    await world.works()
    assert (await world.file("a")).state == "waiting"
    world.clock.seconds += EVIDENCE_LEASE
    await world.works()
    assert (await world.file("a")).state == "ready"


async def test_a_file_that_ends_the_worker_each_time_is_given_up(world: World) -> None:
    await world.sent("a")
    for _ in range(EVIDENCE_TRIES):
        assert await evidence.claim(world.database, int(world.clock.now()), EVIDENCE_LEASE)
        world.clock.seconds += EVIDENCE_LEASE
    await world.works()
    assert (await world.file("a")).reason == "fetch.unreachable"
    assert world.platform.asked == 0


async def test_the_slower_of_two_workers_leaves_nothing(world: World) -> None:
    await world.sent("a")
    slow = await evidence.claim(world.database, int(world.clock.now()), EVIDENCE_LEASE)
    assert slow
    world.clock.seconds += EVIDENCE_LEASE
    await world.works()
    kept = (await world.file("a")).file
    async with world.database.begin() as connection:
        assert not await evidence.settle(connection, slow, "ready", b"", "0" * 32)
    assert (await world.file("a")).file == kept


async def test_two_workers_take_different_files(world: World) -> None:
    await world.sent("a")
    await world.sent("b")
    await asyncio.gather(world.jobs.step(), world.worker().step())
    await world.works()
    assert world.platform.asked == 2
    assert {(await world.file(id_)).state for id_ in "ab"} == {"ready"}


async def test_a_draft_that_ends_meanwhile_takes_the_copy_along(world: World) -> None:
    async def drop() -> None:
        await world.does(DropEvidence(("a",)))

    world.platform.before = drop
    await world.sent("a")
    await world.works()
    assert world.platform.asked == 1
    assert await world.store.names(0) == []
    assert world.phone.screen == {}


async def test_an_upload_is_read_from_the_store_and_deleted(world: World) -> None:
    stored = await world.store.put(b"asli")
    reference = f"{stored.object}:{stored.key.hex()}"
    upload = Attachment("photo", reference, 4, stored.object)
    await world.queued("a", upload, Address("web", "obrolan"))
    await world.works()
    made = (await world.file("a")).file
    assert await world.store.names(0) == [made["object"]]
    with pytest.raises(EvidenceMissing):
        await world.store.read(stored.object, stored.key)


async def test_an_upload_that_is_gone_is_refused(world: World) -> None:
    upload = Attachment("photo", f"{'0' * 32}:{'00' * 32}", 4, "0" * 32)
    await world.queued("a", upload, Address("web", "obrolan"))
    await world.works()
    assert (await world.file("a")).reason == "fetch.gone"


async def test_an_upload_over_the_limit_is_refused(world: World) -> None:
    stored = await world.store.put(bytes(EVIDENCE_IN_MAX + 1))
    reference = f"{stored.object}:{stored.key.hex()}"
    await world.queued("a", Attachment("photo", reference), Address("web", "obrolan"))
    await world.works()
    assert (await world.file("a")).reason == "fetch.too_big"


async def test_a_job_whose_day_is_dead_is_forgotten(world: World) -> None:
    await world.sent("a")
    world.clock.forward(days=2)
    world.ring.destroy_old_days()
    await world.works()
    assert await evidence.of_ids(world.database, ["a"]) == {}
    assert (await world.file("a")).reason == "fetch.lost"


async def test_the_original_lies_nowhere(world: World, tmp_path: Path) -> None:
    await world.sent("a", MARK * 1000)
    await world.sent("b", b"rusak" + MARK)
    stored = await world.store.put(MARK * 1000)
    reference = f"{stored.object}:{stored.key.hex()}"
    await world.queued("c", Attachment("photo", reference, 4, stored.object), Address("web", "x"))
    await world.works()
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or MARK not in path.read_bytes(), path


# The sweep


async def test_dropped_files_are_deleted_at_the_next_turn(world: World) -> None:
    await world.sent("a")
    await world.works()
    await world.does(DropEvidence(("a",)))
    assert len(await world.store.names(0)) == 1
    await world.jobs.step()
    assert await world.store.names(0) == []
    assert await evidence.doomed(world.database) == []


async def test_files_of_dead_drafts_go_with_their_day(world: World) -> None:
    await world.sent("a")
    await world.works()
    world.clock.forward(days=2)
    await sweep(world.database, world.ring, world.clock, store=world.store)
    assert await world.store.names(0) == []
    assert await evidence.objects(world.database) == set()


async def test_an_object_without_a_row_is_deleted_after_two_days(world: World) -> None:
    await world.store.put(b"sisa")
    world.clock.forward(days=1)
    await world.sent("a")
    await world.works()
    await sweep(world.database, world.ring, world.clock, store=world.store)
    assert len(await world.store.names(0)) == 2
    world.clock.forward(days=1)
    await sweep(world.database, world.ring, world.clock, store=world.store)
    assert await world.store.names(0) == [(await world.file("a")).file["object"]]


async def test_the_sweep_leaves_another_service_s_store_alone(world: World) -> None:
    assert await world.store.belongs_to(b"another database")
    await world.store.put(b"milik orang lain")
    world.clock.forward(days=3)
    await sweep(world.database, world.ring, world.clock, store=world.store)
    assert len(await world.store.names(0)) == 1
    with pytest.raises(OperatorError, match="milik basis data lain"):
        await check_owner(world.database, world.store)


# Progress


async def test_one_message_is_edited_as_the_files_are_done(world: World) -> None:
    for id_ in "abc":
        await world.sent(id_, b"rusak" if id_ == "b" else b"asli")
    await world.jobs.step()
    assert list(world.phone.screen) == ["m1"]
    assert "foto: siap" in world.phone.screen["m1"]
    assert "Masih disiapkan: 2" in world.phone.screen["m1"]
    await world.works()
    [told] = world.phone.screen.values()
    assert told.count("foto: siap") == 2
    assert told.count("tidak bisa dipakai") == 1
    assert "Masih disiapkan" not in told


async def test_the_message_can_be_cleared_with_the_chat(world: World) -> None:
    await world.sent("a")
    await world.sent("b")
    await world.works()
    chat = world.ring.conversation_key(str(BUDI), world.ring.days()[0])
    assert chat
    assert len(await conversations.load_traces(world.database, [chat])) == 1


async def test_files_sent_later_get_a_message_of_their_own(world: World) -> None:
    await world.sent("a")
    await world.works()
    world.clock.forward(minutes=10)
    await world.sent("b")
    await world.works()
    assert [text.count("siap") for text in world.phone.screen.values()] == [1, 1]


async def test_chats_do_not_hear_of_each_other(world: World) -> None:
    await world.sent("a")
    await world.sent("b", address=Address("telegram", "2002"))
    await world.works()
    assert len(world.phone.screen) == 2
    assert not any("Masih disiapkan" in text for text in world.phone.screen.values())


async def test_where_messages_are_billed_one_comes_at_the_end(world: World) -> None:
    world.edits = False
    world.jobs = world.worker()
    siti = Address("whatsapp", "628123")
    for id_ in "abc":
        await world.sent(id_, address=siti)
    await world.works()
    [told] = world.phone.screen.values()
    assert told.count("foto: siap") == 3


async def test_where_messages_are_billed_a_refusal_is_told_at_once(world: World) -> None:
    world.edits = False
    world.jobs = world.worker()
    siti = Address("whatsapp", "628123")
    await world.sent("a", b"rusak", siti)
    world.clock.seconds += 1
    await world.sent("b", b"asli", siti)
    await world.works()
    first, last = world.phone.screen.values()
    assert "tidak bisa dipakai" in first
    assert "foto: siap" in last
    assert "tidak bisa dipakai" not in last


async def test_whoever_cannot_be_told_loses_nothing(world: World) -> None:
    world.phone.error = Gone()
    await world.sent("a")
    await world.works()
    assert (await world.file("a")).state == "ready"

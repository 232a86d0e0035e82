"""The outbox: nothing leaves it before its delivery is recorded, and desks are paced."""

from typing import Any

import pytest

from bot.keys.ring import KeyRing
from bot.limits import GROUP_INTERVAL, LEASE, TRIES_MAX
from bot.store import cases, outbox
from bot.store.effects import AcceptTip, WithdrawTip
from bot.store.engine import Database
from bot.tips.sealing import seal_for_desk

NOW = 1_795_000_000
DAY = "2026-11-18"


async def accept(
    database: Database,
    ring: KeyRing,
    number: int,
    desk: str = "palu",
    due: int = NOW,
    content: dict[str, Any] | None = None,
    evidence: tuple[str, ...] = (),
) -> str:
    case_id = f"{number:032x}"
    tip = AcceptTip(
        case_id=case_id,
        code=f"AAA-{number:03d}",
        desk=desk,
        month=ring.month(),
        tip=seal_for_desk(ring, desk, case_id, 0, "tip", content or {"text": "isi"}),
        opened=DAY,
        expires="2027-02-16",
        due=due,
        evidence=evidence,
    )
    async with database.begin() as connection:
        await cases.apply(connection, tip)
    return case_id


async def test_a_job_is_claimed_once_and_gone_after_acknowledgement(
    database: Database, ring: KeyRing
) -> None:
    case_id = await accept(database, ring, 1)

    job = await outbox.claim(database, NOW)
    assert job is not None
    assert (job.case_id, job.sequence, job.tries) == (case_id, 0, 1)
    assert await outbox.claim(database, NOW + GROUP_INTERVAL) is None

    await outbox.acknowledge(database, job, DAY)
    assert await outbox.waiting(database) == {}
    case = await cases.case_by_id(database, case_id)
    assert case is not None
    assert case.delivered == DAY
    [message] = await cases.messages_of(database, case_id)
    assert message.message.key_for_delivery is None


async def test_nothing_is_claimed_before_it_is_due(database: Database, ring: KeyRing) -> None:
    await accept(database, ring, 1, due=NOW + 120)
    assert await outbox.claim(database, NOW + 119) is None
    assert await outbox.claim(database, NOW + 120) is not None


async def test_a_dead_workers_job_comes_back_after_its_lease(
    database: Database, ring: KeyRing
) -> None:
    await accept(database, ring, 1)
    assert await outbox.claim(database, NOW)
    assert await outbox.claim(database, NOW + LEASE - 1) is None
    again = await outbox.claim(database, NOW + LEASE)
    assert again is not None
    assert again.tries == 2


async def test_a_desk_gets_one_message_per_interval_and_other_desks_do_not_wait(
    database: Database, ring: KeyRing
) -> None:
    for number in (1, 2):
        await accept(database, ring, number, "palu")
    await accept(database, ring, 3, "sigi")

    first = [await outbox.claim(database, NOW) for _ in range(3)]
    assert sorted(job.desk for job in first if job) == ["palu", "sigi"]
    assert await outbox.claim(database, NOW + GROUP_INTERVAL - 1) is None
    assert await outbox.claim(database, NOW + GROUP_INTERVAL) is not None


async def test_a_platform_that_asks_to_wait_costs_no_try(database: Database, ring: KeyRing) -> None:
    await accept(database, ring, 1)
    job = await outbox.claim(database, NOW)
    assert job is not None
    await outbox.wait(database, job, NOW, 30)
    assert await outbox.claim(database, NOW + 29) is None
    again = await outbox.claim(database, NOW + 30)
    assert again is not None
    assert again.tries == 1


async def test_a_job_that_keeps_failing_is_kept_for_the_operator(
    database: Database, ring: KeyRing
) -> None:
    await accept(database, ring, 1)
    now = NOW
    for _ in range(TRIES_MAX):
        job = await outbox.claim(database, now)
        assert job is not None
        alive = await outbox.retry(database, job, now)
        now += 700
    assert not alive
    assert await outbox.claim(database, now) is None
    assert len(await outbox.dead(database)) == 1
    assert await outbox.revive(database, now) == 1
    assert await outbox.claim(database, now) is not None


async def test_a_finished_step_is_remembered_after_a_crash(
    database: Database, ring: KeyRing
) -> None:
    await accept(database, ring, 1)
    job = await outbox.claim(database, NOW)
    assert job is not None
    await outbox.record_step(database, job, "card", "77", DAY)
    again = await outbox.claim(database, NOW + LEASE)
    assert again is not None
    assert again.steps == {"card": "77"}


async def test_a_tip_taken_back_before_the_worker_saw_it_leaves_nothing(
    database: Database, ring: KeyRing
) -> None:
    case_id = await accept(database, ring, 1, due=NOW + 120)
    async with database.begin() as connection:
        await cases.apply(connection, WithdrawTip(case_id, handed=False))
    assert await cases.case_by_id(database, case_id) is None
    assert await cases.messages_of(database, case_id) == []
    assert await outbox.waiting(database) == {}


async def test_a_tip_taken_back_too_late_tells_its_desk(database: Database, ring: KeyRing) -> None:
    case_id = await accept(database, ring, 1)
    job = await outbox.claim(database, NOW)
    assert job is not None
    async with database.begin() as connection:
        with pytest.raises(cases.Conflict):
            await cases.apply(connection, WithdrawTip(case_id, handed=False))
    async with database.begin() as connection:
        await cases.apply(connection, WithdrawTip(case_id, handed=True))
    await outbox.acknowledge(database, job, DAY)
    notice = await outbox.claim(database, NOW + GROUP_INTERVAL)
    assert notice is not None
    assert notice.sequence == cases.WITHDRAWAL

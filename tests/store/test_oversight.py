"""The audit, errands and sessions of web rooms, on both engines."""

import pytest
from sqlalchemy import text

from bot.store import audit, desk_work, errands, moderators, room_sessions
from bot.store.cases import apply
from bot.store.effects import Errand, Record
from bot.store.engine import Database
from bot.store.schema import doomed_objects

DAY, NOW = "2026-11-18", 1_000
CODE, SESSION = b"kode", b"sesi"


async def record(database: Database, action: str, case: str = "k") -> None:
    async with database.begin() as connection:
        await desk_work.record(connection, Record("palu", "sari", action, DAY, case))


async def test_deeds_come_back_in_their_order(database: Database) -> None:
    for action in ("c", "a", "b"):
        await record(database, action)
        await record(database, "other", "l")
    assert [deed.action for deed in await audit.of_case(database, "k")] == ["c", "a", "b"]
    assert len(await audit.of_desk(database, "palu")) == 6


@pytest.mark.parametrize("deed", ["DELETE FROM audit", "UPDATE audit SET action = 'x'"])
async def test_nobody_changes_a_deed(database: Database, deed: str) -> None:
    await record(database, "claim")
    with pytest.raises(Exception, match="only added to"):
        async with database.begin() as connection:
            await connection.execute(text(deed))
    assert [one.action for one in await audit.of_case(database, "k")] == ["claim"]


async def queued(database: Database, kind: str = "open") -> None:
    async with database.begin() as connection:
        await apply(connection, Errand(kind, "telegram", "palu", "sari", "k", NOW))


async def test_an_errand_is_taken_once_and_again_after_its_lease(database: Database) -> None:
    await queued(database)
    assert await errands.claim(database, NOW - 1) is None
    first = await errands.claim(database, NOW)
    assert first is not None
    assert await errands.claim(database, NOW) is None
    await errands.arrived(database, first, "m1", NOW + 900, "berkas")
    again = await errands.claim(database, NOW + 301)
    assert again is not None
    assert (again.id, again.sent) == (first.id, 1)
    await errands.done(database, again)
    removal = await errands.claim(database, NOW + 901)
    assert removal is not None
    assert (removal.kind, removal.message, removal.object) == ("remove", "m1", "berkas")
    await errands.done(database, removal)
    async with database.read() as connection:
        rows = (await connection.execute(doomed_objects.select())).all()
    assert [row.object for row in rows] == ["berkas"]
    assert await errands.claim(database, NOW + 9_999) is None


async def test_bringing_is_given_up_and_removing_never(database: Database) -> None:
    for kind, left in (("open", False), ("remove", True)):
        await queued(database, kind)
        now = NOW
        for _ in range(20):
            now += 4_000
            if found := await errands.claim(database, now):
                await errands.later(database, found, now)
        assert bool(await errands.claim(database, now + 9_000)) is left


async def test_a_session_begins_once_and_ends_with_the_seat(database: Database) -> None:
    async with database.begin() as connection:
        await moderators.invite(connection, CODE, "ruang", NOW + 60, "owner")
    assert await room_sessions.desk_of_code(database, CODE, NOW + 61) is None
    assert await room_sessions.desk_of_code(database, CODE, NOW) == "ruang"
    opened = await room_sessions.sign_in(database, CODE, SESSION, NOW, NOW + 90, DAY)
    assert opened is not None
    assert await room_sessions.sign_in(database, CODE, b"zwei", NOW, NOW + 90, DAY) is None
    assert await room_sessions.find(database, SESSION, NOW) == opened
    seat = await moderators.seat(database, "ruang", opened.moderator)
    assert seat is not None
    assert seat.role == "owner"
    assert await room_sessions.find(database, SESSION, NOW + 90) is None
    async with database.begin() as connection:
        await moderators.remove(connection, "ruang", opened.moderator)
    assert await room_sessions.find(database, SESSION, NOW) is None


async def test_a_code_to_sign_in_again_gives_no_new_seat(database: Database) -> None:
    async with database.begin() as connection:
        await moderators.enrol(connection, "ruang", "M-K7QX", DAY)
    known = room_sessions.Session("ruang", "M-K7QX", NOW)
    await room_sessions.invite_again(database, CODE, known, NOW + 60)
    assert await moderators.invitation(database, CODE, NOW) is None  # of no use elsewhere
    opened = await room_sessions.sign_in(database, CODE, SESSION, NOW, NOW + 90, DAY)
    assert opened is not None
    assert opened.moderator == "M-K7QX"
    assert await moderators.enrolled(database) == [("ruang", "M-K7QX")]

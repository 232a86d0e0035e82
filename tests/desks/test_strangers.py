"""Who may act at a desk: those enrolled there by a code, and nobody else."""

import re

import pytest

from bot.app import App
from bot.clock import SetClock
from bot.desks.enrolment import VALID_FOR
from tests.desks.talk import Moderator, now, tip


async def invited(app: App, words: str = "/undang", owner: str = "ratna") -> str:
    """The code that an owner gets in private."""
    said = await Moderator(app, owner, "").says(words)
    found = re.search(r"/daftar (\w+)", said)
    assert found is not None, said
    return found[1]


async def test_an_owner_invites_and_the_code_works_once(app: App) -> None:
    code = await invited(app)
    new, late = Moderator(app, "nina", ""), Moderator(app, "orang", "")
    assert "moderator Meja Palu" in await new.says(f"/daftar {code.lower()}")
    assert "tidak berlaku" in await late.says(f"/daftar {code}")
    one = await tip(app)
    await Moderator(app, "nina").says(f"/ambil {one.code}")
    assert (await now(app, one)).moderator == "nina"


async def test_a_code_ends_after_an_hour_and_at_its_own_desk(app: App, clock: SetClock) -> None:
    code = await invited(app)
    assert "tidak berlaku" in await Moderator(app, "nina", "poso").says(f"/daftar {code}")
    clock.seconds += VALID_FOR + 1
    assert "tidak berlaku" in await Moderator(app, "nina").says(f"/daftar {code}")


async def test_a_province_enrols_its_regencies_only(app: App) -> None:
    code = await invited(app, "/undang poso", "wayan")
    await Moderator(app, "nina", "").says(f"/daftar {code}")
    assert await app.ports.casebook.is_enrolled("poso", "nina")
    said = await Moderator(app, "wayan", "").says("/undang pusat")
    assert "Yang ada: sulteng, palu, poso, rapat" in said
    assert "Hanya pemilik" in await Moderator(app, "sari", "").says("/undang")


async def test_no_code_is_shown_in_a_group(app: App) -> None:
    said = await Moderator(app, "ratna").says("/undang")
    assert "tidak dibuat di grup" in said
    assert "/daftar" not in said


@pytest.mark.parametrize("name", ["orang-asing", "made", "dewi"])
async def test_being_in_the_group_is_not_enough(app: App, sari: Moderator, name: str) -> None:
    one = await tip(app)
    await sari.says(f"/buka {one.code}")
    stranger = Moderator(app, name)
    stranger.screen += sari.screen
    assert "belum terdaftar" in await stranger.presses("Ambil")
    assert await stranger.says(f"/ambil {one.code}") == ""
    assert "belum terdaftar" in await stranger.says("siapa ini?", under=one.id)
    assert (await now(app, one)).version == 1


async def test_who_has_left_can_do_nothing_any_more(app: App, sari: Moderator) -> None:
    one = await tip(app)
    await sari.says(f"/buka {one.code}")
    assert "Keluar dari meja ini?" in await sari.says("/keluar")
    assert "bukan moderator" in await sari.presses("Ya, keluar")
    assert "belum terdaftar" in await sari.presses("Ambil")
    assert (await now(app, one)).version == 1
    assert [deed.action for deed in await app.ports.audit.of_desk("palu")] == ["leave"]


async def test_leaving_the_group_takes_the_seat(app: App, sari: Moderator) -> None:
    assert await sari.sends("desk:left") == ""
    assert not await app.ports.casebook.is_enrolled("palu", "sari")
    assert await Moderator(app, "orang").sends("desk:left") == ""
    deeds = await app.ports.audit.of_desk("palu")
    assert [(deed.moderator, deed.action) for deed in deeds] == [("sari", "leave")]


async def test_a_button_works_only_at_its_own_desk(app: App, sari: Moderator) -> None:
    one = await tip(app)
    await sari.says(f"/buka {one.code}")
    made = Moderator(app, "made", "poso")
    for choice in sari.screen[-1].choices:
        assert "bukan milik meja ini" in await made.sends(choice.data)
    assert "tidak ada di meja ini" in await made.says(f"/buka {one.code}")
    assert (await now(app, one)).version == 1


@pytest.mark.parametrize(
    "forged",
    [
        "case:claim:{id}",
        "case:claim:{id}:99",
        "case:claim:{id}:-1",
        "case:gather:{id}:1x",
        "case:to-deadbeef:{id}:1",
        "case:q-rahasia:{id}:1",
        "case:send:{id}:1",
        "case:nonsense:{id}:1",
        "case:claim:" + "0" * 32 + ":1",
        "case:move:{id}:1",
        "case:gather:{id}:1",
        "",
        "desk:owner",
    ],
)
async def test_forged_buttons_change_nothing(app: App, sari: Moderator, forged: str) -> None:
    one = await tip(app)
    await sari.sends(forged.format(id=one.id))
    case = await now(app, one)
    assert (case.status, case.moderator, case.desk, case.version) == ("baru", None, "palu", 1)


async def test_who_writes_as_the_group_is_sent_to_the_private_chat(app: App) -> None:
    nobody = Moderator(app, "")
    assert "/meja" in await nobody.says("/ambil")
    assert await nobody.says("obrolan biasa") == ""


async def test_private_words_of_people_who_are_no_moderators(app: App) -> None:
    one = await tip(app)
    person = Moderator(app, "warga", "")
    assert "belum terdaftar" in await person.says(f"/tutup {one.code}")
    made = Moderator(app, "made", "")
    assert "tidak ada di meja ini" in await made.says(f"/tutup {one.code}")
    assert (await now(app, one)).status == "baru"

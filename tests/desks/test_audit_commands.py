"""Oversight from the command line: the audit of a desk, a forgotten PIN, entering a room again."""

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import cli
from bot.clock import SetClock
from bot.desks.enrolment import invitation_hash
from bot.errors import OperatorError
from bot.keys.ring import open_ring
from bot.store import cases, desk_work, moderators
from bot.store.effects import AcceptTip, Record, SetPin
from bot.store.engine import open_database
from bot.store.migrate import migrate
from bot.tips.sealing import seal_for_desk

ID = "0" * 32


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite+aiosqlite:///{tmp_path / 'tanya.db'}"
    desks = tmp_path / "desks.yaml"
    desks.write_text("ruang: {name: Meja, channel: web, chat: ruang, regions: ['72']}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("DESKS_FILE", str(desks))
    asyncio.run(_filled(url, tmp_path))
    return url


async def _filled(url: str, folder: Path) -> None:
    database = open_database(url)
    await migrate(database)
    ring = open_ring(str(folder / "keys"), SetClock())
    content = {"text": "Lurah membagikan ajakan."}
    tip = seal_for_desk(ring, "ruang", ID, 0, "tip", content)
    async with database.begin() as connection:
        await moderators.enrol(connection, "ruang", "M-K7QX", "2026-11-18")
        await desk_work.set_pin(connection, SetPin("ruang", "M-K7QX", b"lama"))
        opened = ("2026-11-18", "2027-02-16")
        accepted = AcceptTip(ID, "K7Q-XRT", "ruang", ring.month(), tip, *opened, due=0)
        await cases.apply(connection, accepted)
        for case, action in ((ID, "open"), (ID, "export"), ("", "sign-in")):
            record = Record("ruang", "M-K7QX", action, "2026-11-19", case)
            await desk_work.record(connection, record)
    await database.close()


def run(*words: str) -> str:
    result = CliRunner().invoke(cli, ["desk", *words], catch_exceptions=False)
    return result.output


def test_the_audit_lists_who_did_what(url: str) -> None:
    lines = run("audit", "ruang").splitlines()
    assert lines == [
        "2026-11-19\t-\tM-K7QX\tmasuk ke ruang web",
        "2026-11-19\tK7Q-XRT\tM-K7QX\tisi dibuka",
        "2026-11-19\tK7Q-XRT\tM-K7QX\tdiekspor",
    ]


def test_a_forgotten_pin_is_reset_and_that_is_recorded(url: str) -> None:
    run("reset-pin", "ruang", "M-K7QX")
    assert "pengelola\tPIN diatur ulang" in run("audit", "ruang")


def test_a_code_lets_the_same_moderator_in_again(url: str) -> None:
    assert len(run("sign-in", "ruang", "M-K7QX").strip()) == 10


def test_who_is_removed_is_recorded(url: str) -> None:
    run("remove", "ruang", "M-K7QX")
    assert "M-K7QX\tdikeluarkan pengelola" in run("audit", "ruang")
    with pytest.raises(OperatorError, match="Tidak ada moderator M-K7QX"):
        run("remove", "ruang", "M-K7QX")


@pytest.mark.parametrize(("option", "role"), [((), "moderator"), (("--owner",), "owner")])
def test_a_code_gives_the_place_that_was_asked_for(
    url: str, option: tuple[str, ...], role: str
) -> None:
    command, code = run("invite", "ruang", *option).split()
    assert command == "/daftar"
    assert asyncio.run(_invited(url, code)) == ("ruang", role)


def test_nobody_is_invited_to_a_desk_that_is_not_there(url: str) -> None:
    with pytest.raises(OperatorError, match="Tidak ada meja lain"):
        run("invite", "lain", "--owner")


async def _invited(url: str, code: str) -> tuple[str, str] | None:
    database = open_database(url)
    found = await moderators.invitation(database, invitation_hash(code), 0)
    await database.close()
    return found

"""Which desk receives what: levels, categories, switches, a file that changes while we run."""

import logging
from datetime import date
from pathlib import Path

import pytest

from bot.app import App
from bot.desks.moving import Mover
from bot.desks.routes import Desks
from bot.errors import OperatorError
from bot.store import cases
from tests.conftest import CONTENT
from tests.desks.conftest import DESKS
from tests.desks.talk import now, read_back, tip

FULL = """
palu: {name: Meja Palu, channel: telegram, chat: "-1", regions: ["72.71"], quiet: "21:00-06:00"}
sulteng: {name: Meja Sulteng, channel: telegram, chat: "-2", regions: [72], topics: true}
uang: {name: Meja Uang, channel: telegram, chat: "-3", regions: ["72"], categories: [uang, 8]}
pusat: {name: Meja Pusat, channel: telegram, chat: "-4", regions: [nasional], mode: sealed}
kurator: {name: Kurator, kind: curator, channel: telegram, chat: "-5"}
saklar:
  - {region: "72.71", from: 2026-11-20, until: 2026-11-25, kind: tutup}
  - {region: "72", from: 2026-11-20, until: 2026-11-27, kind: siaga, posko: "0451-000000"}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "desks.yaml"
    path.write_text(FULL, encoding="utf-8")
    return path


@pytest.fixture
def desks(path: Path) -> Desks:
    return Desks.load(path)


def names(
    desks: Desks,
    region: str,
    category: int | str | None = None,
    among: set[str] | None = None,
) -> list[str]:
    return [desk.id for desk in desks.readers(region, category, among)]


def test_nearest_first_and_upward_where_nobody_is(desks: Desks) -> None:
    assert names(desks, "72.71") == ["palu", "sulteng", "pusat"]
    assert names(desks, "72.02") == ["sulteng", "pusat"]
    assert names(desks, "31.71") == ["pusat"]
    assert names(desks, "72.71", among={"pusat", "sulteng"}) == ["sulteng", "pusat"]


def test_a_category_may_have_its_own_desk(desks: Desks) -> None:
    assert names(desks, "72.71", "uang") == ["palu", "uang", "pusat"]
    assert names(desks, "72.71", 8) == ["palu", "uang", "pusat"]
    assert names(desks, "72.71", 8, among={"palu", "sulteng"}) == ["palu", "sulteng"]


@pytest.mark.parametrize(
    ("desk", "parent"),
    [("palu", "sulteng"), ("sulteng", "pusat"), ("pusat", None), ("hilang", "palu")],
)
def test_the_parent_of_a_desk(desks: Desks, desk: str, parent: str | None) -> None:
    found = desks.parent_of(desk, "72.71")
    assert (found.id if found else None) == parent


def test_switches_close_and_alert_on_their_days(desks: Desks) -> None:
    assert desks.closed("72.71", date(2026, 11, 25))
    assert desks.closed("72.71", date(2026, 11, 26)) is None
    assert desks.closed("72.02", date(2026, 11, 22)) is None
    alert = desks.alert("72.71", date(2026, 11, 27))
    assert alert is not None
    assert alert.posko == "0451-000000"
    palu, pusat = desks.get("palu"), desks.get("pusat")
    assert palu is not None
    assert pusat is not None
    assert palu.quiet_minutes == (1260, 360)
    assert desks.on_alert(palu, date(2026, 11, 22))
    assert desks.on_alert(pusat, date(2026, 11, 22)) is None


def test_a_changed_file_is_read_again_and_a_bad_one_is_not(
    desks: Desks, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desks.move("telegram", "-1", "-1001")
    path.write_text(FULL.replace("Meja Palu", "Meja Kota Palu"), encoding="utf-8")
    found = desks.get("palu")
    assert found is not None
    assert (found.name, found.chat) == ("Meja Kota Palu", "-1001")
    with caplog.at_level(logging.WARNING):
        path.write_text(FULL.replace("telegram", "telegraf"), encoding="utf-8")
        assert len(desks.all()) == 5
    assert "Isi sebelumnya tetap dipakai" in caplog.text
    assert "meja palu, channel" in caplog.text


@pytest.mark.parametrize(
    ("was", "is_", "said"),
    [
        ('["72.71"]', "[palu]", "kode wilayah palu"),
        ("[uang, 8]", "[uang, 12]", "categories 12"),
        ("21:00-06:00", "malam", "quiet harus"),
        ("until: 2026-11-25", "until: 2026-11-01", "saklar ke-1"),
        ("kind: siaga", "kind: libur", "saklar ke-2, kind"),
        ("topics: true", "topik: true", "meja sulteng, topik"),
    ],
)
def test_errors_name_the_place(path: Path, was: str, is_: str, said: str) -> None:
    path.write_text(FULL.replace(was, is_), encoding="utf-8")
    with pytest.raises(OperatorError, match=said):
        Desks.load(path)


def test_the_example_can_be_used() -> None:
    assert {d.kind for d in Desks.load(CONTENT / "desks-example.yaml").all()} == {"tip", "curator"}


async def test_a_route_change_strands_no_tip(app: App) -> None:
    one = await tip(app)
    desks_file = app.settings.desks_file
    assert desks_file
    desks_file.write_text(DESKS.replace("palu:", "kota:"), "utf-8")
    ports = app.ports
    mover = Mover(ports.casebook, ports.desks, ports.ring, ports.clock)
    effect = await mover.rerouted(await now(app, one))
    assert effect is not None  # the new desk has nobody yet: the province gets it
    assert (effect.to_desk, effect.moderator) == ("sulteng", "sistem")
    async with app.database.begin() as connection:
        await cases.apply(connection, effect)
    moved = await now(app, one)
    assert await ports.casebook.content(moved)
    assert (await read_back(app, one))[0] == "baru"


async def test_what_was_withdrawn_goes_nowhere(app: App) -> None:
    one = await tip(app)
    async with app.database.begin() as connection:
        await connection.exec_driver_sql("UPDATE cases SET status = 'ditarik'")
    ports = app.ports
    mover = Mover(ports.casebook, ports.desks, ports.ring, ports.clock)
    assert await mover.rerouted(await now(app, one)) is None

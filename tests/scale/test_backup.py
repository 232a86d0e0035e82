"""Saved and restored as docs/untuk-instansi.md tells an operator to, while people are writing."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.end_to_end.browserless import FormBrowser, Service
from tests.end_to_end.test_service import (
    answers,
    check_picture,
    receipt_on,
    sends_a_photo,
    to_review,
    wait_for_card,
)
from tests.scale.stoppable import Postgres, stoppable_postgres
from tests.store.saved import restore, save

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
OTHER_STORY = "Camat membagikan beras bergambar calon gubernur di balai desa kemarin pagi"


@dataclass
class Deployment(Service):
    """The database is ``server``'s, or the SQLite file; keys survive what happens to the rest."""

    server: Postgres | None = None

    @property
    def url(self) -> str:
        if self.server:
            return self.server.address("tanya", "+asyncpg")
        return f"sqlite+aiosqlite:///{self.data / 'tanya.db'}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def prepare(self) -> None:
        """An empty database."""
        self.environment["DATABASE_URL"] = self.url
        if self.server:
            asyncio.run(self.server.say("CREATE DATABASE tanya"))

    def migrate(self) -> None:
        environment = self.environment | {"HOME": str(self.folder)}
        command = [sys.executable, "-m", "bot", "migrate"]
        subprocess.run(command, cwd=self.folder, env=environment, check=True)

    def save(self, place: Path) -> None:
        """First the database, then the evidence: every file that a row knows is then there."""
        save(self.url, place)
        shutil.copytree(self.data / "evidence", place / "evidence")

    def destroy(self) -> None:
        shutil.rmtree(self.data / "evidence")
        if self.server:
            asyncio.run(self.server.say("DROP DATABASE tanya WITH (FORCE)"))
        for file in self.data.glob("tanya.db*"):
            file.unlink()

    def restore(self, place: Path) -> None:
        self.prepare()
        restore(place, self.url)
        self.migrate()
        shutil.copytree(place / "evidence", self.data / "evidence")


@pytest.fixture(params=["sqlite", "postgresql"])
def service(
    request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    with ExitStack() as stack:
        running = Deployment(tmp_path)
        if request.param == "postgresql":
            folder = tmp_path_factory.mktemp("server")
            running.server = stack.enter_context(stoppable_postgres(folder))
        running.prepare()
        running.migrate()
        yield running
        running.stop()


def test_what_was_saved_is_whole_again(
    service: Deployment, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("saved")
    service.environment["DELIVERY_DELAY"] = "20"
    service.start()
    first, second, third = (FormBrowser(f"{service.origin}/obrolan") for _ in range(3))
    receipt = receipt_on(sends_a_photo(first))
    room = FormBrowser(service.room)
    wait_for_card(room, "Berkas 1.")
    room.presses("Tanya balik")
    room.types("Sejak tanggal berapa spanduknya terpasang?")
    third.open()
    third.types("sampaikan")
    third.presses("Lanjut tanpa nama")
    begun = third.types("Kepala dinas mengajak pegawai memakai kaus calon saat apel")
    to_review(second, OTHER_STORY)
    other_receipt = receipt_on(second.presses("Ya, kirim"))
    service.save(place)
    assert OTHER_STORY not in room.open()

    service.kill()
    service.destroy()
    service.restore(place)
    service.start()

    room = FormBrowser(service.room)
    check_picture(service, wait_for_card(room, OTHER_STORY) and room.page)
    later = FormBrowser(f"{service.origin}/obrolan")
    later.open()
    later.types("cek")
    assert "Sejak tanggal berapa spanduknya terpasang?" in later.types(receipt)
    later.open()
    later.types("cek")
    assert "Belum ada balasan" in later.types(other_receipt)
    assert "Sudah benar?" in answers(third, begun)
    assert "Tersimpan" in third.presses("Ya, kirim")

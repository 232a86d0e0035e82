"""Desks and undeliverable jobs: desk list|invite|remove, dead list|retry."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click

from bot.clock import SystemClock
from bot.desks.enrolment import VALID_FOR, invitation_hash, new_invitation
from bot.desks.routes import Desks
from bot.errors import OperatorError
from bot.settings import Settings, load_settings
from bot.store import moderators, outbox
from bot.store.engine import Database, open_database
from bot.store.migrate import is_current


@click.group()
def desk() -> None:
    """Meja moderator dan anggotanya."""


@desk.command(name="list")
def list_() -> None:
    """Meja, wilayah, dan jumlah moderatornya."""
    settings = load_settings()
    asyncio.run(_list(settings))


@desk.command()
@click.argument("name")
def invite(name: str) -> None:
    """Buat kode undangan sekali pakai (berlaku satu jam)."""
    click.echo(asyncio.run(_invite(load_settings(), name)))


@desk.command()
@click.argument("name")
@click.argument("moderator")
def remove(name: str, moderator: str) -> None:
    """Keluarkan seorang moderator dari meja."""
    if not asyncio.run(_remove(load_settings(), name, moderator)):
        raise OperatorError(f"Tidak ada moderator {moderator} di meja {name}.")
    click.echo("Sudah dikeluarkan.")


@click.group()
def dead() -> None:
    """Kiriman yang tidak bisa sampai."""


@dead.command(name="list")
def dead_list() -> None:
    """Tampilkan kiriman yang berhenti dicoba."""
    for job in asyncio.run(_dead(load_settings())):
        click.echo(f"meja {job.desk}: dicoba {job.tries} kali")


@dead.command()
def retry() -> None:
    """Coba lagi semuanya."""
    click.echo(f"{asyncio.run(_retry(load_settings()))} kiriman dicoba lagi.")


async def _list(settings: Settings) -> None:
    desks = _desks(settings)
    async with _database(settings) as database:
        enrolled = await moderators.enrolled(database)
    for known in desks.all():
        count = sum(name == known.id for name, _ in enrolled)
        click.echo(f"{known.id}\t{known.name}\t{', '.join(known.regions)}\t{count} moderator")


async def _invite(settings: Settings, name: str) -> str:
    if _desks(settings).get(name) is None:
        raise OperatorError(f"Tidak ada meja {name} di DESKS_FILE.")
    code = new_invitation()
    until = int(SystemClock().now()) + VALID_FOR
    async with _database(settings) as database, database.begin() as connection:
        await moderators.invite(connection, invitation_hash(code), name, until)
    return f"/daftar {code}"


async def _remove(settings: Settings, name: str, moderator: str) -> bool:
    async with _database(settings) as database, database.begin() as connection:
        return await moderators.remove(connection, name, moderator)


async def _dead(settings: Settings) -> list[outbox.Job]:
    async with _database(settings) as database:
        return await outbox.dead(database)


async def _retry(settings: Settings) -> int:
    async with _database(settings) as database:
        return await outbox.revive(database, int(SystemClock().now()))


def _desks(settings: Settings) -> Desks:
    if settings.desks_file is None:
        raise OperatorError("Belum ada meja: atur DESKS_FILE (contoh: content/desks-example.yaml).")
    return Desks.load(settings.desks_file)


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    database = open_database(settings.database_url)
    try:
        if not await is_current(database):
            raise OperatorError("Basis data belum disiapkan. Jalankan dulu: python -m bot migrate.")
        yield database
    finally:
        await database.close()

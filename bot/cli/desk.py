"""Desks and their moderators: desk list|invite|remove."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click

from bot.chat.delivery_errors import DeliveryError
from bot.cli.lazy import LazyGroup
from bot.clock import SystemClock
from bot.desks.enrolment import VALID_FOR, invitation_hash, new_invitation
from bot.desks.routes import Desks
from bot.errors import OperatorError
from bot.settings import Settings, load_settings
from bot.store import desk_work, moderators
from bot.store.effects import MODERATOR, OWNER, Record
from bot.store.engine import Database, open_database
from bot.store.migrate import is_current

_OVERSIGHT = {
    "audit": "desk_audit:audit_",
    "reset-pin": "desk_audit:reset_pin",
    "sign-in": "desk_audit:sign_in",
}


@click.group(cls=LazyGroup, later=_OVERSIGHT)
def desk() -> None:
    """Meja moderator dan anggotanya."""


@desk.command(name="list")
def list_() -> None:
    """Meja, wilayah, dan jumlah moderatornya."""
    settings = load_settings()
    asyncio.run(_list(settings))


@desk.command()
@click.argument("name")
@click.option("--owner", is_flag=True, help="Undang pemilik meja, yang dapat mengundang lagi.")
def invite(name: str, owner: bool) -> None:
    """Buat kode undangan sekali pakai (berlaku satu jam)."""
    click.echo(asyncio.run(_invite(load_settings(), name, OWNER if owner else MODERATOR)))


@desk.command()
@click.argument("name")
@click.argument("moderator")
def remove(name: str, moderator: str) -> None:
    """Keluarkan seorang moderator dari meja."""
    if not asyncio.run(_remove(load_settings(), name, moderator)):
        raise OperatorError(f"Tidak ada moderator {moderator} di meja {name}.")
    click.echo("Sudah dikeluarkan.")


async def _list(settings: Settings) -> None:
    desks = _desks(settings)
    async with _database(settings) as database:
        enrolled = await moderators.enrolled(database)
    for known in desks.all():
        count = sum(name == known.id for name, _ in enrolled)
        click.echo(f"{known.id}\t{known.name}\t{', '.join(known.regions)}\t{count} moderator")


async def _invite(settings: Settings, name: str, role: str) -> str:
    if _desks(settings).get(name) is None:
        raise OperatorError(f"Tidak ada meja {name} di DESKS_FILE.")
    code = new_invitation()
    until = int(SystemClock().now()) + VALID_FOR
    async with _database(settings) as database, database.begin() as connection:
        await moderators.invite(connection, invitation_hash(code), name, until, role)
    return f"/daftar{await _at_bot(settings)} {code}"


async def _at_bot(settings: Settings) -> str:
    """``@our_bot``, which a group in privacy mode needs; nothing where Telegram does not answer."""
    if not settings.telegram_bot_token:
        return ""
    from bot.channels.telegram.calls import call  # half a second to import
    from bot.channels.telegram.client import open_bot

    async with open_bot(settings.telegram_bot_token, settings.telegram_api_base) as bot:
        try:
            return f"@{(await call(bot.get_me)).username}"
        except DeliveryError:
            return ""


async def _remove(settings: Settings, name: str, moderator: str) -> bool:
    record = Record(name, moderator, "remove", str(SystemClock().today()))
    async with _database(settings) as database, database.begin() as connection:
        removed = await moderators.remove(connection, name, moderator)
        if removed:
            await desk_work.record(connection, record)
    return removed


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

"""desk audit|reset-pin|sign-in: oversight of a desk, from the command line."""

import asyncio
from collections.abc import Mapping

import click

from bot.chat.wording import Wording
from bot.cli.desk import _database, _desks
from bot.clock import SystemClock
from bot.desks.enrolment import VALID_FOR, invitation_hash, new_invitation
from bot.errors import OperatorError
from bot.settings import Settings, load_settings
from bot.store import audit, desk_work, moderators
from bot.store.audit import Deed
from bot.store.effects import Record, SetPin

OPERATOR = "pengelola"


@click.command(name="audit")
@click.argument("name")
def audit_(name: str) -> None:
    """Siapa melakukan apa di meja itu: hari, kode, moderator, tindakan. Tanpa isi."""
    settings = load_settings()
    names = _names(settings)
    for deed in asyncio.run(_deeds(settings, name)):
        action = names.get(deed.action, deed.action)
        click.echo(f"{deed.day}\t{deed.code or '-'}\t{deed.moderator}\t{action}")


@click.command(name="reset-pin")
@click.argument("name")
@click.argument("moderator")
def reset_pin(name: str, moderator: str) -> None:
    """Atur ulang PIN seorang moderator meja tertutup; tidak ada isi yang hilang."""
    asyncio.run(_reset(load_settings(), name, moderator))
    click.echo("PIN diatur ulang. Yang baru dibuat saat membuka kasus berikutnya.")


@click.command(name="sign-in")
@click.argument("name")
@click.argument("moderator")
def sign_in(name: str, moderator: str) -> None:
    """Kode sekali pakai agar moderator ruang web masuk lagi sebagai dirinya (satu jam)."""
    click.echo(asyncio.run(_sign_in(load_settings(), name, moderator)))


async def _deeds(settings: Settings, name: str) -> list[Deed]:
    async with _database(settings) as database:
        return await audit.of_desk(database, name)


async def _reset(settings: Settings, name: str, moderator: str) -> None:
    day = str(SystemClock().today())
    async with _database(settings) as database:
        if await moderators.seat(database, name, moderator) is None:
            raise _nobody(name, moderator)
        async with database.begin() as connection:
            await desk_work.set_pin(connection, SetPin(name, moderator, None))
            await desk_work.record(connection, Record(name, OPERATOR, "pin-reset", day))


async def _sign_in(settings: Settings, name: str, moderator: str) -> str:
    desk = _desks(settings).get(name)
    if desk is None or desk.channel != "web":
        raise OperatorError(f"Meja {name} bukan ruang web di DESKS_FILE.")
    code, until = new_invitation(), int(SystemClock().now()) + VALID_FOR
    async with _database(settings) as database:
        if await moderators.seat(database, name, moderator) is None:
            raise _nobody(name, moderator)
        async with database.begin() as connection:
            hashed = invitation_hash(code)
            await moderators.invite(connection, hashed, name, until, moderator=moderator)
    return code


def _names(settings: Settings) -> Mapping[str, str]:
    wording = Wording.load(settings.content_dir / "wording")
    return wording.under("oversight.actions") | wording.under("desk.actions")


def _nobody(name: str, moderator: str) -> OperatorError:
    return OperatorError(f"Tidak ada moderator {moderator} di meja {name}.")

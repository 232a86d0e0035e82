"""The key ring: keys list|sweep."""

import asyncio

import click

from bot.clock import SystemClock
from bot.delivery.retention import sweep
from bot.keys.ring import open_ring
from bot.settings import load_settings


@click.group()
def keys() -> None:
    """Gelang kunci."""


@keys.command(name="list")
def list_() -> None:
    """Nama kunci yang masih hidup (bukan isinya)."""
    ring = open_ring(load_settings().keys_url, SystemClock())
    for name in ring.names():
        click.echo(name)


@keys.command(name="sweep")
def sweep_() -> None:
    """Musnahkan kunci dan baris yang sudah lewat waktunya, sekarang juga."""
    asyncio.run(_sweep())
    click.echo("Selesai.")


async def _sweep() -> None:
    """With all that the service has: cards go with their cases, and keys that belong to another
    database are refused."""
    from bot.app import open_app  # a second to import

    async with open_app(load_settings()) as app:
        await sweep(app.database, app.ring, app.clock, app.at_desks, app.store)

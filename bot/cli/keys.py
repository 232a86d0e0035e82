"""The key ring: keys list|sweep."""

import asyncio

import click

from bot.clock import SystemClock
from bot.delivery.retention import sweep
from bot.keys.ring import open_ring
from bot.settings import load_settings
from bot.store.engine import open_database


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
    settings = load_settings()
    clock = SystemClock()
    database = open_database(settings.database_url)
    try:
        await sweep(database, open_ring(settings.keys_url, clock), clock)
    finally:
        await database.close()

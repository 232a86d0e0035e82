"""Moving a deployment: store copy|copy-keys."""

import asyncio
from contextlib import AsyncExitStack

import click

from bot.errors import OperatorError
from bot.keys.ring import open_keys
from bot.store.copy import Inventory, copy
from bot.store.engine import locked, open_database, sqlite_path
from bot.store.migrate import migrate


@click.group()
def store() -> None:
    """Memindahkan basis data dan kunci."""


@store.command(name="copy")
@click.option("--from", "source", required=True, help="DATABASE_URL asal.")
@click.option("--to", "target", required=True, help="DATABASE_URL tujuan, masih kosong.")
def copy_(source: str, target: str) -> None:
    """Salin seluruh basis data, lalu cocokkan jumlah dan sidik setiap tabel."""
    copied = asyncio.run(_copy(source, target))
    for name, contents in copied.items():
        click.echo(f"{name}\t{contents.rows}\t{contents.digest:032x}")
    click.echo("Semua tabel cocok. Pakai KEYS_URL dan SERVER_KEY yang sama di tujuan.")


@store.command(name="copy-keys")
@click.option("--from", "source", required=True, help="KEYS_URL asal.")
@click.option("--to", "target", required=True, help="KEYS_URL tujuan.")
def copy_keys(source: str, target: str) -> None:
    """Salin kunci ke tempat baru; kunci di tempat lama tetap harus dimusnahkan sendiri."""
    old, new = open_keys(source), open_keys(target)
    for name in sorted(old.names()):
        value = old.get(name)
        if value and new.create(name, value) != value:
            raise OperatorError(f"Di tujuan sudah ada kunci {name} yang lain; penyalinan berhenti.")
        click.echo(name)
    click.echo("Semua kunci cocok. Setelah layanan pindah, hapus folder kunci yang lama.")


async def _copy(source_url: str, target_url: str) -> Inventory:
    if source_url == target_url:
        raise OperatorError("Asal dan tujuan sama.")
    path = sqlite_path(source_url)
    if path and not path.exists():
        raise OperatorError(f"Basis data asal {path} tidak ada.")
    async with AsyncExitStack() as stack:
        if path:  # a service that still runs would go on writing to the old place
            await stack.enter_async_context(locked(path.with_suffix(".lock")))
        source, target = open_database(source_url), open_database(target_url)
        stack.push_async_callback(source.close)
        stack.push_async_callback(target.close)
        await migrate(target)
        return await copy(source, target)

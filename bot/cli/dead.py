"""Deliveries that are no longer tried: dead list|retry."""

import asyncio
from collections import Counter

import click

from bot.clock import SystemClock
from bot.errors import OperatorError
from bot.settings import Settings, load_settings
from bot.store import backlog, outbox
from bot.store.engine import open_database
from bot.store.migrate import is_current
from bot.store.outbox import Job


@click.group()
def dead() -> None:
    """Kiriman yang tidak bisa sampai."""


@dead.command(name="list")
def list_() -> None:
    """Tampilkan kiriman yang berhenti dicoba, per meja."""
    jobs = asyncio.run(_dead(load_settings()))
    if not jobs:
        click.echo("Tidak ada kiriman yang gagal.")
    for desk, count in sorted(Counter(job.desk for job in jobs).items()):
        tries = max(job.tries for job in jobs if job.desk == desk)
        begun = sum(bool(job.steps) for job in jobs if job.desk == desk)
        partly = f", {begun} di antaranya sudah sampai sebagian" if begun else ""
        click.echo(f"{desk}\t{count} kiriman, dicoba sampai {tries} kali{partly}")


@dead.command()
@click.option("--desk", help="Hanya meja ini.")
def retry(desk: str | None) -> None:
    """Coba lagi; perbaiki dulu penyebabnya (grup hilang, bot dikeluarkan)."""
    click.echo(f"{asyncio.run(_retry(load_settings(), desk))} kiriman dicoba lagi.")


async def _dead(settings: Settings) -> list[Job]:
    database = open_database(settings.database_url)
    try:
        if not await is_current(database):
            raise OperatorError("Basis data belum disiapkan. Jalankan dulu: python -m bot migrate.")
        return await outbox.dead(database)
    finally:
        await database.close()


async def _retry(settings: Settings, desk: str | None) -> int:
    database = open_database(settings.database_url)
    try:
        return await backlog.revive(database, int(SystemClock().now()), desk)
    finally:
        await database.close()

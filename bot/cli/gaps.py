"""What people asked and did not find: content gaps."""

import asyncio

import click

from bot.clock import SystemClock
from bot.desks.casebook import Casebook
from bot.errors import OperatorError
from bot.keys.ring import open_ring
from bot.settings import Settings, load_settings
from bot.store import usage
from bot.store.engine import open_database
from bot.store.migrate import is_current

_STAMP = 8  # so many characters tell the matcher's versions apart


@click.command()
def gaps() -> None:
    """Yang ditanyakan dan belum terjawab: hitungan, dan pertanyaan yang dikirim dengan izin."""
    counted, asked = asyncio.run(_read(load_settings()))
    click.echo("Tanpa jawaban langsung: jumlah, zona, kandidat pertama, versi pencocok")
    for gap in counted:
        shown = f"{gap.count}\t{gap.zone}\t{gap.candidate or '-'}\t{gap.version[:_STAMP]}"
        click.echo(shown)
    click.echo("Pertanyaan untuk petugas: kode, tanggal, isi")
    for code, day, text in asked:
        click.echo(f"{code}\t{day}\t{' '.join(text.split())}")


async def _read(settings: Settings) -> tuple[list[usage.Gap], list[tuple[str, str, str]]]:
    database = open_database(settings.database_url)
    try:
        if not await is_current(database):
            raise OperatorError("Tabel basis data belum terbaru. Jalankan: python -m bot migrate.")
        casebook = Casebook(database, open_ring(settings.keys_url, SystemClock()))
        return await usage.most_missed(database), await casebook.questions()
    finally:
        await database.close()

"""Reading a tip's text in bulk, for measuring: tip place|story|expose."""

import json

import click

from bot.cli.content import read_records
from bot.clock import SystemClock
from bot.settings import load_settings
from bot.tips import batch
from bot.tips.place import Places


@click.group()
def tip() -> None:
    """Baca tempat, cerita, dan tanda diri dari banyak teks."""


@tip.command()
@click.option("--batch", "source", required=True, metavar="BERKAS|-")
def place(source: str) -> None:
    """Kode wilayah dari satu baris tempat."""
    places = Places.load(load_settings().content_dir)
    for record in read_records(source):
        _echo(batch.place_record(record, places))


@tip.command()
@click.option("--batch", "source", required=True, metavar="BERKAS|-")
def story(source: str) -> None:
    """Apa yang sudah jelas dari pesan pertama."""
    places = Places.load(load_settings().content_dir)
    today = SystemClock().today()
    for record in read_records(source):
        _echo(batch.story_record(record, today, places))


@tip.command()
@click.option("--batch", "source", required=True, metavar="BERKAS|-")
def expose(source: str) -> None:
    """Bagian yang mungkin menunjuk penulisnya."""
    for record in read_records(source):
        _echo(batch.expose_record(record))


def _echo(record: dict[str, object]) -> None:
    click.echo(json.dumps(record, ensure_ascii=False))

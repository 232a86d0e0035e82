"""Reading a tip's text in bulk, for measuring: tip place|story|expose."""

import json

import click

from bot.cli.ask import read_records
from bot.clock import SystemClock
from bot.settings import load_settings
from bot.tips.exposure import ExposureFinder
from bot.tips.measure import expose_record, place_record, story_record
from bot.tips.place import Places
from bot.tips.story import StoryReader


@click.group()
def tip() -> None:
    """Baca tempat, cerita, dan tanda diri dari banyak teks."""


@tip.command()
@click.option("--batch", "source", required=True, metavar="BERKAS|-")
def place(source: str) -> None:
    """Kode wilayah dari satu baris tempat."""
    places = Places.load(load_settings().content_dir)
    for record in read_records(source):
        _echo(place_record(record, places))


@tip.command()
@click.option("--batch", "source", required=True, metavar="BERKAS|-")
def story(source: str) -> None:
    """Apa yang sudah jelas dari pesan pertama."""
    folder = load_settings().content_dir
    reader = StoryReader.load(folder, Places.load(folder))
    today = SystemClock().today()
    for record in read_records(source):
        _echo(story_record(record, reader, today))


@tip.command()
@click.option("--batch", "source", required=True, metavar="BERKAS|-")
def expose(source: str) -> None:
    """Bagian yang mungkin menunjuk penulisnya."""
    finder = ExposureFinder.load(load_settings().content_dir)
    for record in read_records(source):
        _echo(expose_record(record, finder))


def _echo(record: dict[str, object]) -> None:
    click.echo(json.dumps(record, ensure_ascii=False))
